package io.github.nonplus.reference.pytorch;

import static io.github.nonplus.reference.pytorch.Operators.range;
import static io.github.nonplus.reference.pytorch.Operators.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Variant;
import io.github.nonplus.reference.checkpoint.LlamaConfiguration;
import io.github.nonplus.reference.checkpoint.TokenizerFile;
import io.github.nonplus.reference.checkpoint.WeightFiles;
import java.nio.file.Path;
import java.util.Arrays;
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
    Arithmetic arithmetic = Arithmetic.of(variant.precision());
    try (WeightFiles files = WeightFiles.open(directory)) {
      manager = Libtorch.open(threads, note);
      try {
        Loading loading = new Loading(files, manager, variant);
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
