package io.github.nonplus.verification;

import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/// The weights of a model, one matrix of which is another.
public record ChangedWeights(ModelWeights original, String name, UnaryOperator<float[]> change)
    implements ModelWeights {
  @Override
  public Matrix matrix(String wanted, int rows, int columns) {
    Matrix matrix = original.matrix(wanted, rows, columns);
    if (!wanted.equals(name)) {
      return matrix;
    }
    float[] values = new float[rows * columns];
    matrix.decode(0, rows, values, 0);
    ByteBuffer bytes = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(change.apply(values));
    return new Dense(ElementType.FLOAT32)
        .matrix(rows, columns, java.lang.foreign.MemorySegment.ofBuffer(bytes));
  }

  @Override
  public float[] vector(String wanted, int length) {
    return original.vector(wanted, length);
  }

  @Override
  public boolean contains(String wanted) {
    return original.contains(wanted);
  }

  @Override
  public Path path() {
    return original.path();
  }

  @Override
  public String digest() {
    return original.digest();
  }

  @Override
  public long bytes() {
    return original.bytes();
  }

  @Override
  public void close() {
    original.close();
  }
}
