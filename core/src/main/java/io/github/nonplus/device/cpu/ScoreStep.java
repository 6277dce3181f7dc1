package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.ModelWeights;
import java.util.Arrays;

/// The output layer and the negative log-likelihood in one: logits exist for a panel and some
/// strips at a time.
///
/// The vocabulary is cut into chunks, of which a panel has one or several, and a chunk into pieces.
/// Each chunk keeps for each row the largest logit so far and the sum of exponentials relative to
/// it, piece by piece; at the end the chunks are joined in order. So the result does not depend on
/// who computed which chunk.
final class ScoreStep implements Step {
  private static final int PIECES_PER_CHUNK = 8;

  /// The most weights of a piece, and its fewest and most outputs. What is summed together decides
  /// the last bits of a loss, so pieces depend on nothing but shapes.
  private static final int PIECE = 1 << 17;

  private static final int NARROWEST = 32;
  private static final int WIDEST = 96;

  private final Score score;
  private final Panels panels;
  private final Kernels kernels;
  private final Scratch[] scratch;
  private final float scale;
  private final float softCap;
  private final int width;
  private final int piece;
  private final int chunk;
  private final int chunks;
  private final int together;
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
    this.piece = piece(score);
    this.chunk = PIECES_PER_CHUNK * piece;
    this.chunks = Math.ceilDiv(panels.outputs(), chunk);
    this.together = Math.max(1, chunk / panels.width(0));
    this.max = new float[Math.multiplyExact(chunks, new Strips(width).padded(tokens))];
    this.sum = new double[max.length];
    this.target = new float[tokens];
  }

  /// The head's panels, of one or several chunks each, or an even part of one.
  ///
  /// @param workers who share them
  static Panels panels(Score score, ModelWeights weights, Blocking blocking, int workers) {
    Parameter head = score.head().weight();
    Blocking.Cut cut = blocking.cut(head.inputs(), head.outputs(), Share.byPanels(workers));
    int pieces = Math.max(1, cut.outputs() / piece(score));
    pieces =
        pieces < PIECES_PER_CHUNK
            ? Integer.highestOneBit(pieces)
            : pieces / PIECES_PER_CHUNK * PIECES_PER_CHUNK;
    return Panels.of(score.head(), weights, cut, pieces * piece(score));
  }

  /// Outputs of a piece.
  private static int piece(Score score) {
    int depth = score.head().weight().inputs();
    int most = Math.clamp(PIECE / depth, NARROWEST, WIDEST) / Panels.TILE * Panels.TILE;
    return Panels.width(score.head().weight().outputs(), most);
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
    int strips = Math.ceilDiv(to, width);
    int most = panels.cut().strips();
    own.begin(panels, index, kernels);
    for (int first = from / width; first < strips; first += most) {
      int last = Math.min(strips, first + most);
      products(frame, own, index, first, last);
      for (int row = Math.max(from, first * width); row < Math.min(to, last * width); row++) {
        int at = own.at(row / width - first) + row % width;
        int out = (row - from) * panels.outputs() + panels.column(index);
        for (int n = 0; n < panels.width(index); n++) {
          into[out + n] = own.products[at + n * width];
        }
      }
    }
  }

  /// The logits of some strips for a panel.
  private void products(Frame frame, Scratch own, int index, int from, int to) {
    own.multiply(panels, index, kernels, frame.arena(), s -> frame.at(score.input(), s), from, to);
    int count = panels.width(index) * width;
    for (int strip = from; strip < to; strip++) {
      int at = own.at(strip - from);
      panels.addBias(index, kernels, own.products, at);
      if (scale != 1) {
        kernels.strips().scale(own.products, at, scale, own.products, at, count);
      }
      if (softCap != 0) {
        kernels.curves().softCap(own.products, at, softCap, own.products, at, count);
      }
    }
  }

  @Override
  public void run(Frame frame, Workers workers) {
    int rows = frame.batch().selected().length;
    int padded = frame.layout().padded(rows);
    workers.run(
        Math.ceilDiv(panels.count(), together),
        (worker, task) -> panels(frame, scratch[worker], task, padded));
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

  /// Those panels that one worker takes one after another: one, or all of a chunk.
  private void panels(Frame frame, Scratch own, int task, int padded) {
    int end = Math.min(panels.count(), (task + 1) * together);
    for (int index = task * together; index < end; index++) {
      panel(frame, own, index, padded);
    }
  }

  private void panel(Frame frame, Scratch own, int index, int padded) {
    int column = panels.column(index);
    int begin = column / chunk * padded;
    if (column % chunk == 0) {
      int end = Math.ceilDiv(column + panels.width(index), chunk) * padded;
      Arrays.fill(max, begin, end, Float.NEGATIVE_INFINITY);
      Arrays.fill(sum, begin, end, 0);
    }
    int strips = padded / width;
    float[] before = new float[width];
    float[] sums = new float[width];
    own.begin(panels, index, kernels);
    for (int first = 0; first < strips; first += panels.cut().strips()) {
      int last = Math.min(strips, first + panels.cut().strips());
      products(frame, own, index, first, last);
      for (int strip = first; strip < last; strip++) {
        int logits = own.at(strip - first);
        target(frame, own.products, logits, index, strip);
        for (int n = 0; n < panels.width(index); n += piece) {
          int columns = Math.min(piece, panels.width(index) - n);
          int at = (column + n) / chunk * padded + strip * width;
          take(own.products, logits + n * width, columns, at, before, sums);
        }
      }
    }
  }

  /// Keeps the logits of those targets that are among the panel's outputs.
  private void target(Frame frame, float[] logits, int logitsAt, int index, int strip) {
    int[] targets = frame.batch().targets();
    int end = Math.min(targets.length, (strip + 1) * width);
    for (int row = strip * width; row < end; row++) {
      int wanted = targets[row] - panels.column(index);
      if (wanted >= 0 && wanted < panels.width(index)) {
        target[row] = logits[logitsAt + wanted * width + row % width];
      }
    }
  }

  /// Takes a piece's logits into the running maxima and sums of its rows, which begin at `at`. They
  /// become their exponentials.
  private void take(
      float[] logits, int logitsAt, int columns, int at, float[] before, float[] sums) {
    System.arraycopy(max, at, before, 0, width);
    kernels.strips().max(logits, logitsAt, columns, max, at);
    for (int t = 0; t < width; t++) {
      if (max[at + t] > before[t] && sum[at + t] != 0) {
        sum[at + t] *= StrictMath.exp((double) before[t] - max[at + t]);
      }
    }
    kernels.strips().exponentials(logits, logitsAt, columns, max, at, 1, sums);
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
