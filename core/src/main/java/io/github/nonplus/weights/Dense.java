package io.github.nonplus.weights;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/// Number by number, row by row.
public record Dense(ElementType type) implements Format {
  @Override
  public String name() {
    return type.mlcName();
  }

  @Override
  public Snippet snippet() {
    return new Snippet("dense", 1, Map.of("FORMAT", type.code()));
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    return List.of((long) rows * columns * type.bytes());
  }

  @Override
  public void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    planes.numbers(0, type, (long) row * planes.columns() + column, count, target, offset);
  }

  @Override
  public int firstNonFinite(Planes planes, int row) {
    long bytes = (long) planes.columns() * type.bytes();
    return (int) Floats.firstNonFinite(type, planes.data().getFirst().asSlice(row * bytes, bytes));
  }

  /// A matrix of such numbers, which are exactly as many.
  public Matrix matrix(int rows, int columns, MemorySegment numbers) {
    return Matrix.of(this, rows, columns, List.of(numbers));
  }
}
