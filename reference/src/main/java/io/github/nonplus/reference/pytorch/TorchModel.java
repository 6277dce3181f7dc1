package io.github.nonplus.reference.pytorch;

import static io.github.nonplus.reference.pytorch.Operators.range;
import static io.github.nonplus.reference.pytorch.Operators.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.nonplus.device.Batch;
import io.github.nonplus.files.HubSnapshot;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Scoring;
import io.github.nonplus.reference.Variant;
import io.github.nonplus.reference.checkpoint.TokenizerFile;
import io.github.nonplus.reference.checkpoint.WeightFiles;
import io.github.nonplus.reference.family.Configuration;
import io.github.nonplus.reference.family.Decoder;
import io.github.nonplus.reference.pytorch.DecoderForward.Stretch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// A model in PyTorch, loaded in one variant. Not for several threads at once.
public final class TorchModel implements ReferenceModel {
  /// Rows of a batch of windows: four times as many as a usual window has, while activations stay
  /// small beside the weights.
  private static final int BATCH = 1024;

  private final Decoder decoder;
  private final Result.ModelAccount account;
  private final Facts facts;
  private final NDManager manager;
  private final DecoderForward forward;
  private final LogitTiles tiles;

  private TorchModel(
      Decoder decoder,
      Result.ModelAccount account,
      Facts facts,
      NDManager manager,
      DecoderForward forward,
      LogitTiles tiles) {
    this.decoder = decoder;
    this.account = account;
    this.facts = facts;
    this.manager = manager;
    this.forward = forward;
    this.tiles = tiles;
  }

  /// Loads a model directory.
  public static TorchModel load(Path given, Variant variant, int threads, Consumer<String> note) {
    Path directory = HubSnapshot.of(given);
    Decoder decoder = Configuration.read(directory);
    NDManager manager;
    try (WeightFiles files = WeightFiles.open(directory)) {
      manager = Libtorch.open(threads, note);
      try {
        Arithmetic arithmetic = Arithmetic.of(variant.precision(), manager);
        Loading loading = new Loading(files, manager, variant, arithmetic);
        DecoderWeights weights = DecoderWeights.load(decoder, files, loading);
        return new TorchModel(
            decoder,
            account(directory, decoder, variant, files, loading.bytes()),
            Libtorch.facts(threads, arithmetic.label()),
            manager,
            new DecoderForward(decoder, weights, arithmetic, manager),
            new LogitTiles(manager, weights.head(), decoder.scales(), arithmetic));
      } catch (RuntimeException e) {
        manager.close();
        throw e;
      }
    }
  }

  private static Result.ModelAccount account(
      Path directory, Decoder decoder, Variant variant, WeightFiles files, long bytes) {
    return new Result.ModelAccount(
        directory.toString(),
        decoder.family(),
        variant.quantization(),
        bytes,
        files.digest(),
        TokenizerFile.sha256(directory),
        null,
        Result.InterpretationAccount.published());
  }

  @Override
  public List<double[]> score(List<Scoring> windows) {
    return within(
        () -> {
          // A window's last id is scored, but nothing follows from it.
          List<Stretch> stretches =
              windows.stream()
                  .map(each -> new Stretch(without(each.window()), each.fed()))
                  .toList();
          NDArray hidden = wanted(forward.hidden(stretches), windows);
          int[] targets =
              windows.stream()
                  .flatMapToInt(
                      each ->
                          Arrays.stream(each.window()).skip(each.window().length - each.scored()))
                  .toArray();
          double[] losses = tiles.losses(hidden, targets);
          List<double[]> parts = new ArrayList<>();
          int at = 0;
          for (Scoring each : windows) {
            parts.add(Arrays.copyOfRange(losses, at, at + each.scored()));
            at += each.scored();
          }
          return parts;
        });
  }

  private static int[] without(int[] window) {
    return Arrays.copyOf(window, window.length - 1);
  }

  /// The rows of `hidden` whose next id is scored.
  private static NDArray wanted(NDArray hidden, List<Scoring> windows) {
    if (windows.stream().allMatch(each -> each.scored() == each.window().length - 1)) {
      return hidden;
    }
    NDList rows = new NDList();
    int end = 0;
    for (Scoring each : windows) {
      end += each.window().length - 1;
      if (each.scored() > 0) {
        rows.add(range(hidden, 0, end - each.scored(), end));
      }
    }
    return rows.size() == 1 ? rows.getFirst() : NDArrays.concat(rows, 0);
  }

  /// More than one window has, so that the library packs each weight less often.
  @Override
  public int batchTokens() {
    return BATCH;
  }

  /// What the output layer reads for the selected rows of a batch: [selected, hidden].
  NDArray hidden(Batch batch) {
    List<Stretch> stretches = new ArrayList<>();
    for (int w = 0; w < batch.windows(); w++) {
      int start = batch.starts()[w];
      int end = batch.starts()[w + 1];
      stretches.add(new Stretch(Arrays.copyOfRange(batch.ids(), start, end), end - start));
    }
    long[] rows = Arrays.stream(batch.selected()).asLongStream().toArray();
    return forward.hidden(stretches).get(manager.create(rows));
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
    return decoder.sizes().vocabulary();
  }

  @Override
  public int longestWindow() {
    return decoder.longestWindow();
  }

  @Override
  public void close() {
    manager.close();
  }
}
