package io.github.nonplus.divergence;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.LogitsSource;
import io.github.nonplus.device.cpu.Workers;
import java.util.Arrays;
import java.util.List;

/// Two models over the same batches: a tile of the reference's rows beside the same of the
/// candidate's, compared and overwritten by the next. The tiles are all that is ever stored of
/// either's logits.
final class InStep {
  /// The most that a tile takes, unless a single row is longer: some hundred rows, so that the
  /// output layer's weights are unpacked for as many rows at once.
  private static final long TILE_BYTES = 32L << 20;

  private final LogitsSource reference;
  private final LogitsSource candidate;
  private final RowComparison comparison;
  private final Workers workers;
  private final int vocabulary;
  private final int tileRows;
  private final float[] referenceTile;
  private final float[] candidateTile;

  /// @param tokens the most of any batch
  InStep(
      LogitsSource reference,
      LogitsSource candidate,
      RowComparison comparison,
      Workers workers,
      int tokens) {
    this.reference = reference;
    this.candidate = candidate;
    this.comparison = comparison;
    this.workers = workers;
    this.vocabulary = candidate.vocabulary();
    this.tileRows = Math.clamp(TILE_BYTES / Float.BYTES / vocabulary, 1, tokens);
    this.referenceTile = new float[Math.multiplyExact(tileRows, vocabulary)];
    this.candidateTile = new float[referenceTile.length];
  }

  /// Compares the models on every selected row of a batch, in order.
  List<RowDivergence> run(Batch batch) {
    reference.begin(batch);
    candidate.begin(batch);
    RowDivergence[] rows = new RowDivergence[batch.selected().length];
    for (int from = 0; from < rows.length; from += tileRows) {
      int first = from;
      int to = Math.min(rows.length, from + tileRows);
      reference.logits(from, to, referenceTile);
      candidate.logits(from, to, candidateTile);
      workers.run(
          to - from,
          (_, row) -> {
            int at = row * vocabulary;
            int target = batch.targets()[first + row];
            rows[first + row] =
                comparison.of(referenceTile, at, candidateTile, at, vocabulary, target);
          });
    }
    return Arrays.asList(rows);
  }
}
