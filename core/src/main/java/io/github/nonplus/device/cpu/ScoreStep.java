package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Score;
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
  private final Scratch[] scratch;
  private final float scale;
  private final float softCap;
  private final int width;
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
    this.scale = (float) score.scale();
    this.softCap = (float) score.softCap();
    this.width = kernels.stripWidth();
    this.chunks = Math.ceilDiv(panels.count(), PANELS_PER_CHUNK);
    this.max = new float[Math.multiplyExact(chunks, new Strips(width).padded(tokens))];
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
    workers.run(panels.count(), (worker, index) -> logits(frame, worker, index, from, to, into));
  }

  /// One panel's columns of them.
  private void logits(Frame frame, int worker, int index, int from, int to, float[] into) {
    Scratch own = scratch[worker];
    own.pack(panels, index, kernels);
    for (int strip = from / width; strip * width < to; strip++) {
      products(frame, own, index, strip);
      int end = Math.min(to, (strip + 1) * width);
      for (int row = Math.max(from, strip * width); row < end; row++) {
        int out = (row - from) * panels.outputs() + panels.column(index);
        for (int n = 0; n < panels.width(index); n++) {
          into[out + n] = own.tile[n * width + row % width];
        }
      }
    }
  }

  /// The logits of a strip for the panel that was packed.
  private void products(Frame frame, Scratch own, int index, int strip) {
    own.multiply(kernels, frame.arena(), frame.at(score.input(), strip), panels.products(index));
    panels.addBias(index, kernels, own.tile);
    int count = panels.width(index) * width;
    if (scale != 1) {
      kernels.strips().scale(own.tile, 0, scale, own.tile, 0, count);
    }
    if (softCap != 0) {
      kernels.curves().softCap(own.tile, 0, softCap, own.tile, 0, count);
    }
  }

  @Override
  public void run(Frame frame, Workers workers) {
    int rows = frame.batch().selected().length;
    int padded = frame.layout().padded(rows);
    workers.run(chunks, (worker, chunk) -> chunk(frame, scratch[worker], chunk, padded));
    double[] losses = new double[rows];
    workers.run(
        padded / width,
        (_, strip) -> {
          for (int row = strip * width; row < Math.min(rows, (strip + 1) * width); row++) {
            losses[row] = logSumExp(row, padded) - target[row];
          }
        });
    result = losses;
  }

  private void chunk(Frame frame, Scratch own, int chunk, int padded) {
    int at = chunk * padded;
    Arrays.fill(max, at, at + padded, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, at, at + padded, 0);
    int end = Math.min(panels.count(), (chunk + 1) * PANELS_PER_CHUNK);
    float[] before = new float[width];
    float[] sums = new float[width];
    for (int index = chunk * PANELS_PER_CHUNK; index < end; index++) {
      own.pack(panels, index, kernels);
      for (int strip = 0; strip * width < padded; strip++) {
        products(frame, own, index, strip);
        target(frame, own.tile, index, strip);
        take(own.tile, panels.width(index), at + strip * width, before, sums);
      }
    }
  }

  /// Keeps the logits of those targets that are among the panel's outputs.
  private void target(Frame frame, float[] tile, int index, int strip) {
    int[] targets = frame.batch().targets();
    int end = Math.min(targets.length, (strip + 1) * width);
    for (int row = strip * width; row < end; row++) {
      int wanted = targets[row] - panels.column(index);
      if (wanted >= 0 && wanted < panels.width(index)) {
        target[row] = tile[wanted * width + row % width];
      }
    }
  }

  /// Takes a tile of logits into the running maxima and sums of its rows, which begin at `at`. The
  /// tile's logits become their exponentials.
  private void take(float[] tile, int columns, int at, float[] before, float[] sums) {
    System.arraycopy(max, at, before, 0, width);
    kernels.strips().max(tile, 0, columns, max, at);
    for (int t = 0; t < width; t++) {
      if (max[at + t] > before[t] && sum[at + t] != 0) {
        sum[at + t] *= StrictMath.exp((double) before[t] - max[at + t]);
      }
    }
    kernels.strips().exponentials(tile, 0, columns, max, at, 1, sums);
    for (int t = 0; t < width; t++) {
      sum[at + t] += sums[t];
    }
  }

  private double logSumExp(int row, int padded) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int chunk = 0; chunk < chunks; chunk++) {
      largest = Math.max(largest, max[chunk * padded + row]);
    }
    double total = 0;
    for (int chunk = 0; chunk < chunks; chunk++) {
      int at = chunk * padded + row;
      total += sum[at] * StrictMath.exp((double) max[at] - largest);
    }
    return largest + StrictMath.log(total);
  }
}
