package io.github.nonplus.reference.pytorch;

import static io.github.nonplus.reference.pytorch.Operators.range;
import static io.github.nonplus.reference.pytorch.Operators.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.LogitsSource;
import io.github.nonplus.divergence.Side;
import io.github.nonplus.divergence.SideAccount;
import io.github.nonplus.reference.ReferenceModel;

/// A model's logits, a range of rows at a time. Of a batch the rows before the output layer are
/// kept; of the logits one tile, which is where the next range usually goes on.
final class TorchSide implements Side {
  private final TorchModel model;
  private Batch batch;

  /// [selected rows, hidden] of the batch at hand.
  private NDArray hidden;

  /// Logits in float32 from row `tileStart` on, or null.
  private NDArray tile;

  private int tileStart;

  TorchSide(TorchModel model) {
    this.model = model;
  }

  @Override
  public SideAccount account() {
    ReferenceModel.Facts facts = model.facts();
    return new SideAccount(
        model.account(),
        facts.engine(),
        facts.description(),
        facts.kernels(),
        facts.threads(),
        facts.arithmetic(),
        null,
        null);
  }

  @Override
  public int vocabulary() {
    return model.vocabulary();
  }

  @Override
  public void begin(Batch next) {
    release();
    hidden = within(() -> model.hidden(next));
    batch = next;
  }

  @Override
  public void logits(int from, int to, float[] into) {
    LogitsSource.requireRange(batch, from, to, vocabulary(), into);
    int size = model.tiles().rows();
    for (int row = from; row < to; ) {
      int start = row / size * size;
      int end = Math.min(to, start + size);
      copy(start, row, end, into, (row - from) * vocabulary());
      row = end;
    }
  }

  /// Copies rows `from` to `to`, which lie in the tile that begins at `start`.
  private void copy(int start, int from, int to, float[] into, int at) {
    if (tile == null || tileStart != start) {
      releaseTile();
      tile = within(() -> model.tiles().tile(hidden, start).toType(DataType.FLOAT32, false));
      tileStart = start;
    }
    float[] rows = within(() -> range(tile, 0, from - start, to - start).toFloatArray());
    System.arraycopy(rows, 0, into, at, rows.length);
  }

  private void release() {
    releaseTile();
    if (hidden != null) {
      hidden.close();
      hidden = null;
    }
    batch = null;
  }

  private void releaseTile() {
    if (tile != null) {
      tile.close();
      tile = null;
    }
  }

  @Override
  public void close() {
    release();
    model.close();
  }
}
