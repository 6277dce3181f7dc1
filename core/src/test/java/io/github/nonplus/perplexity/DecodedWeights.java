package io.github.nonplus.perplexity;

import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// Quantized weights written out as float32 matrices.
public record DecodedWeights(ModelWeights quantized) implements ModelWeights {
  @Override
  public Matrix matrix(String name, int rows, int columns) {
    float[] values = new float[rows * columns];
    quantized.matrix(name, rows, columns).decode(0, rows, values, 0);
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Dense(ElementType.FLOAT32).matrix(rows, columns, MemorySegment.ofBuffer(bytes));
  }

  @Override
  public float[] vector(String name, int length) {
    return quantized.vector(name, length);
  }

  @Override
  public boolean contains(String name) {
    return quantized.contains(name);
  }

  @Override
  public Path path() {
    return quantized.path();
  }

  @Override
  public String digest() {
    return quantized.digest();
  }

  @Override
  public long bytes() {
    return quantized.bytes();
  }

  @Override
  public void close() {
    quantized.close();
  }
}
