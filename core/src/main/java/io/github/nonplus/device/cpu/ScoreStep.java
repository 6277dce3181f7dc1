package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.Score;

/// The output layer and the negative log-likelihood in one: logits exist a tile at a time.
///
/// The vocabulary is cut into chunks of a fixed number of panels. Each chunk keeps for each row the
/// largest logit so far and the sum of exponentials relative to it; at the end the chunks are
/// joined in order. So the result does not depend on who computed which chunk.
final class ScoreStep implements Step {
  private static final int PANELS_PER_CHUNK = 16;

  private final Score score;
  private final Panels panels;
  private final Kernels kernels;
  private final Scratch[] scratch;
  private final int chunks;
  private final float[] max;
  private final double[] sum;
  private final float[] target;
  private double[] result;

  /// @param tokens the most rows of a batch
  ScoreStep(Score score, Panels panels, Kernels kernels, Scratch[] scratch, int tokens) {
    this.score = score;
    this.panels = panels;
    this.kernels = kernels;
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

  @Override
  public void run(Frame frame, Workers workers) {
    int rows = frame.batch().selected().length;
    workers.run(chunks, (worker, chunk) -> chunk(frame, scratch[worker], chunk, rows));
    result = new double[rows];
    for (int row = 0; row < rows; row++) {
      result[row] = logSumExp(row, rows) - target[row];
    }
  }

  private void chunk(Frame frame, Scratch own, int chunk, int rows) {
    java.util.Arrays.fill(max, chunk * rows, (chunk + 1) * rows, Float.NEGATIVE_INFINITY);
    java.util.Arrays.fill(sum, chunk * rows, (chunk + 1) * rows, 0);
    int end = Math.min(panels.count(), (chunk + 1) * PANELS_PER_CHUNK);
    for (int index = chunk * PANELS_PER_CHUNK; index < end; index++) {
      panels.decode(index, own);
      for (int row = 0; row < rows; row += Scratch.TILE_ROWS) {
        int tileRows = Math.min(Scratch.TILE_ROWS, rows - row);
        logits(frame, own, index, row, tileRows);
        for (int r = 0; r < tileRows; r++) {
          take(frame, own.tile, r, index, row + r, chunk * rows);
        }
      }
    }
  }

  private void logits(Frame frame, Scratch own, int index, int row, int rows) {
    int width = panels.width(index);
    kernels.multiply(
        frame.arena(),
        frame.at(score.input(), row),
        score.input().buffer().width(),
        rows,
        panels.depth(),
        own.panel,
        width,
        own.tile,
        0,
        width);
    float[] bias = panels.bias();
    int column = panels.column(index);
    for (int i = 0; i < rows * width; i++) {
      own.tile[i] += bias[column + i % width];
    }
  }

  /// Takes one row of a tile of logits into the running maximum and sum.
  private void take(Frame frame, float[] tile, int tileRow, int index, int row, int chunkAt) {
    int width = panels.width(index);
    int at = tileRow * width;
    float largest = Math.max(max[chunkAt + row], kernels.max(tile, at, width));
    double before = sum[chunkAt + row];
    if (before != 0) {
      before *= Math.exp((double) max[chunkAt + row] - largest);
    }
    sum[chunkAt + row] = before + kernels.sumExp(tile, at, width, largest);
    max[chunkAt + row] = largest;
    int wanted = frame.batch().targets()[row] - panels.column(index);
    if (wanted >= 0 && wanted < width) {
      target[row] = tile[at + wanted];
    }
  }

  private double logSumExp(int row, int rows) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int chunk = 0; chunk < chunks; chunk++) {
      largest = Math.max(largest, max[chunk * rows + row]);
    }
    double total = 0;
    for (int chunk = 0; chunk < chunks; chunk++) {
      total += sum[chunk * rows + row] * Math.exp((double) max[chunk * rows + row] - largest);
    }
    return largest + Math.log(total);
  }
}
