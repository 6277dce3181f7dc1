package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.Score;
import java.util.Arrays;

/// The output layer and the negative log-likelihood in one: logits exist a tile at a time.
///
/// The vocabulary is cut into chunks of a fixed number of panels. Each chunk keeps for each row the
/// largest logit so far and the sum of exponentials relative to it; at the end the chunks are
/// joined in order. So the result does not depend on who computed which chunk.
final class ScoreStep implements Step {
  private static final int PANELS_PER_CHUNK = 8;

  private final Score score;
  private final Panels panels;
  private final Kernels kernels;
  private final PackedRows input;
  private final Scratch[] scratch;
  private final int chunks;
  private final float[] max;
  private final double[] sum;
  private final float[] target;
  private double[] result;

  /// @param tokens the most rows of a batch
  ScoreStep(
      Score score,
      Panels panels,
      Kernels kernels,
      PackedRows input,
      Scratch[] scratch,
      int tokens) {
    this.score = score;
    this.panels = panels;
    this.kernels = kernels;
    this.input = input;
    this.scratch = scratch;
    this.chunks = Math.ceilDiv(panels.count(), PANELS_PER_CHUNK);
    this.max = new float[Math.multiplyExact(chunks, tokens)];
    this.sum = new double[max.length];
    this.target = new float[tokens];
  }

  /// The negative log-likelihoods of the last batch.
  double[] result() {
    return result;
  }

  /// Logits of a row.
  int vocabulary() {
    return panels.outputs();
  }

  /// Writes the logits of rows `from` to `to` of the batch at hand, a row behind the other.
  void logits(Frame frame, Workers workers, int from, int to, float[] into) {
    int rows = to - from;
    input.pack(frame, score.input(), from, rows, workers);
    workers.run(panels.count(), (worker, index) -> logits(scratch[worker], index, rows, into));
  }

  /// One panel's columns of them.
  private void logits(Scratch own, int index, int rows, float[] into) {
    int width = panels.width(index);
    int column = panels.column(index);
    panels.pack(index, kernels, own);
    for (int row = 0; row < rows; row += Scratch.TILE_ROWS) {
      int tileRows = Math.min(Scratch.TILE_ROWS, rows - row);
      own.multiply(kernels, input.values(), input.at(row), tileRows, panels.depth(), width);
      for (int r = 0; r < tileRows; r++) {
        int at = r * Panels.WIDTH;
        int out = (row + r) * panels.outputs() + column;
        if (panels.bias() == null) {
          System.arraycopy(own.tile, at, into, out, width);
        } else {
          kernels.rows().add(own.tile, at, panels.bias(), column, into, out, width);
        }
      }
    }
  }

  @Override
  public void run(Frame frame, Workers workers) {
    int rows = frame.batch().selected().length;
    input.pack(frame, score.input(), 0, rows, workers);
    workers.run(chunks, (worker, chunk) -> chunk(frame, scratch[worker], chunk, rows));
    result = new double[rows];
    for (int row = 0; row < rows; row++) {
      result[row] = logSumExp(row, rows) - target[row];
    }
  }

  private void chunk(Frame frame, Scratch own, int chunk, int rows) {
    Arrays.fill(max, chunk * rows, (chunk + 1) * rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, chunk * rows, (chunk + 1) * rows, 0);
    int end = Math.min(panels.count(), (chunk + 1) * PANELS_PER_CHUNK);
    for (int index = chunk * PANELS_PER_CHUNK; index < end; index++) {
      panels.pack(index, kernels, own);
      for (int row = 0; row < rows; row += Scratch.TILE_ROWS) {
        int tileRows = Math.min(Scratch.TILE_ROWS, rows - row);
        own.multiply(
            kernels, input.values(), input.at(row), tileRows, panels.depth(), panels.width(index));
        for (int r = 0; r < tileRows; r++) {
          take(frame, own.tile, r * Panels.WIDTH, index, row + r, chunk * rows);
        }
      }
    }
  }

  /// Takes one row of a tile of logits into the running maximum and sum. The tile's logits become
  /// their exponentials.
  private void take(Frame frame, float[] tile, int at, int index, int row, int chunkAt) {
    int width = panels.width(index);
    int padded = Strips.padded(width, Kernels.LANES);
    int column = panels.column(index);
    if (panels.bias() != null) {
      kernels.rows().add(tile, at, panels.bias(), column, tile, at, width);
    }
    Arrays.fill(tile, at + width, at + padded, Float.NEGATIVE_INFINITY);
    int wanted = frame.batch().targets()[row] - column;
    if (wanted >= 0 && wanted < width) {
      target[row] = tile[at + wanted];
    }
    float before = max[chunkAt + row];
    float largest = Math.max(before, kernels.rows().max(tile, at, padded));
    if (largest > before && sum[chunkAt + row] != 0) {
      sum[chunkAt + row] *= StrictMath.exp((double) before - largest);
    }
    sum[chunkAt + row] += kernels.rows().exponentials(tile, at, padded, largest, 1);
    max[chunkAt + row] = largest;
  }

  private double logSumExp(int row, int rows) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int chunk = 0; chunk < chunks; chunk++) {
      largest = Math.max(largest, max[chunk * rows + row]);
    }
    double total = 0;
    for (int chunk = 0; chunk < chunks; chunk++) {
      total += sum[chunk * rows + row] * StrictMath.exp((double) max[chunk * rows + row] - largest);
    }
    return largest + StrictMath.log(total);
  }
}
