package io.github.nonplus.reference.pytorch;

import static io.github.nonplus.reference.pytorch.Operators.range;
import static io.github.nonplus.reference.pytorch.Operators.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.nonplus.device.Batch;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Variant;
import io.github.nonplus.reference.checkpoint.LlamaConfiguration;
import io.github.nonplus.reference.checkpoint.TokenizerFile;
import io.github.nonplus.reference.checkpoint.WeightFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// A Llama in PyTorch, loaded in one variant. Not for several threads at once.
public final class TorchLlama implements ReferenceModel {
  private final LlamaConfiguration config;
  private final Result.ModelAccount account;
  private final Facts facts;
  private final NDManager manager;
  private final LlamaForward forward;
  private final LogitTiles tiles;

  private TorchLlama(
      LlamaConfiguration config,
      Result.ModelAccount account,
      Facts facts,
      NDManager manager,
      LlamaForward forward,
      LogitTiles tiles) {
    this.config = config;
    this.account = account;
    this.facts = facts;
    this.manager = manager;
    this.forward = forward;
    this.tiles = tiles;
  }

  /// Loads a model directory.
  public static TorchLlama load(
      Path directory, Variant variant, int threads, Consumer<String> note) {
    LlamaConfiguration config = LlamaConfiguration.read(directory);
    NDManager manager;
    try (WeightFiles files = WeightFiles.open(directory)) {
      manager = Libtorch.open(threads, note);
      try {
        Arithmetic arithmetic = Arithmetic.of(variant.precision(), manager);
        Loading loading = new Loading(files, manager, variant, arithmetic);
        LlamaWeights weights = LlamaWeights.load(config, files, loading);
        return new TorchLlama(
            config,
            account(directory, variant, files, loading.bytes()),
            Libtorch.facts(threads, arithmetic.label()),
            manager,
            new LlamaForward(config, weights, arithmetic, manager),
            new LogitTiles(manager, weights.head(), arithmetic));
      } catch (RuntimeException e) {
        manager.close();
        throw e;
      }
    }
  }

  private static Result.ModelAccount account(
      Path directory, Variant variant, WeightFiles files, long bytes) {
    return new Result.ModelAccount(
        directory.toString(),
        "llama",
        variant.quantization(),
        bytes,
        files.digest(),
        TokenizerFile.sha256(directory));
  }

  @Override
  public double[] score(int[] window, int scored, int fed) {
    int last = window.length - 1; // it is scored, but nothing follows from it
    return within(
        () -> {
          NDArray hidden = forward.hidden(Arrays.copyOf(window, last), fed);
          int[] targets = Arrays.copyOfRange(window, window.length - scored, window.length);
          return tiles.losses(range(hidden, 0, last - scored, last), targets);
        });
  }

  /// What the output layer reads for the selected rows of a batch: [selected, hidden].
  NDArray hidden(Batch batch) {
    NDList parts = new NDList();
    int chosen = 0;
    for (int w = 0; w < batch.windows(); w++) {
      int start = batch.starts()[w];
      int end = batch.starts()[w + 1];
      List<Long> rows = new ArrayList<>();
      for (; chosen < batch.selected().length && batch.selected()[chosen] < end; chosen++) {
        rows.add((long) batch.selected()[chosen] - start);
      }
      if (!rows.isEmpty()) {
        NDArray whole = forward.hidden(Arrays.copyOfRange(batch.ids(), start, end), end - start);
        parts.add(whole.get(manager.create(rows.stream().mapToLong(r -> r).toArray())));
      }
    }
    return parts.size() == 1 ? parts.getFirst() : NDArrays.concat(parts, 0);
  }

  /// The output layer.
  LogitTiles tiles() {
    return tiles;
  }

  @Override
  public Result.ModelAccount account() {
    return account;
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public int vocabulary() {
    return config.vocabulary();
  }

  @Override
  public int longestWindow() {
    return config.longestWindow();
  }

  @Override
  public void close() {
    manager.close();
  }
}
