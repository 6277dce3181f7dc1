package io.github.nonplus.reference.pytorch;

import static io.github.nonplus.reference.pytorch.Operators.linear;
import static io.github.nonplus.reference.pytorch.Operators.range;
import static io.github.nonplus.reference.pytorch.Operators.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.nonplus.reference.family.Decoder.Scales;

/// The output layer, a tile of rows at a time: however long a window and however large a
/// vocabulary, no more than a tile of logits exists. Where tiles begin does not depend on what is
/// asked for, so neither do the bits of a row.
final class LogitTiles {
  /// Bytes of a tile, unless it has only [#FEWEST] rows: small enough to be allocated anew without
  /// being mapped anew.
  private static final long BYTES = 30L << 20;

  /// Below this the output layer's weights are read more often than they are used.
  private static final int FEWEST = 16;

  private static final int MOST = 256;

  private final NDManager manager;
  private final NDArray head;
  private final Scales scales;
  private final Arithmetic arithmetic;
  private final int rows;

  /// @param head [vocabulary, hidden]
  LogitTiles(NDManager manager, NDArray head, Scales scales, Arithmetic arithmetic) {
    this.scales = scales;
    this.manager = manager;
    this.head = head;
    this.arithmetic = arithmetic;
    long row = head.getShape().get(0) * arithmetic.wide().getNumOfBytes();
    this.rows = Math.clamp(Long.highestOneBit(BYTES / row), FEWEST, MOST);
  }

  /// Rows of a tile.
  int rows() {
    return rows;
  }

  /// Logits of the tile that begins at row `from`: [up to rows, vocabulary].
  ///
  /// @param hidden [rows of the window, hidden]
  NDArray tile(NDArray hidden, int from) {
    long to = Math.min(from + rows, hidden.getShape().get(0));
    return within(
        () -> {
          NDArray logits = arithmetic.widened(linear(range(hidden, 0, from, to), head, null));
          NDArray scaled = scales.logits() == 1 ? logits : logits.muli(scales.logits());
          return Gates.capped(scaled, scales.logitCap());
        });
  }

  /// −ln p of `targets`, one for each row of `hidden`.
  double[] losses(NDArray hidden, int[] targets) {
    double[] losses = new double[targets.length];
    for (int from = 0; from < targets.length; from += rows) {
      int count = Math.min(rows, targets.length - from);
      long[] wanted = new long[count];
      for (int i = 0; i < count; i++) {
        wanted[i] = targets[from + i];
      }
      int start = from;
      double[] lost = within(() -> lost(hidden, start, wanted).toDoubleArray());
      System.arraycopy(lost, 0, losses, from, count);
    }
    return losses;
  }

  /// ln Σ exp(logits) − the logit of each target, [rows].
  private NDArray lost(NDArray hidden, int from, long[] targets) {
    NDArray logits = range(tile(hidden, from), 0, 0, targets.length);
    NDArray index = manager.create(targets, new Shape(targets.length, 1));
    NDArray wanted = logits.gather(index, 1);
    NDArray largest = logits.max(new int[] {1}, true);
    NDArray wantedBelow = wanted.sub(largest);
    NDArray total = logits.subi(largest).exp().sum(new int[] {1}, true);
    return total.log().subi(wantedBelow).reshape(targets.length).toType(DataType.FLOAT64, false);
  }
}
