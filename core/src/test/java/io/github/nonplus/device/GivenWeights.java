package io.github.nonplus.device;

import io.github.nonplus.quantization.Encoding;
import io.github.nonplus.quantization.GroupEncoding;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.quantization.Rounding;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Random weights under given names.
public final class GivenWeights implements ModelWeights {
  private final Map<String, Matrix> matrices = new HashMap<>();
  private final Map<String, float[]> vectors = new HashMap<>();
  private final Random random = new Random(11);

  public GivenWeights with(String name, Matrix matrix) {
    matrices.put(name, matrix);
    return this;
  }

  public GivenWeights withVector(String name, int length) {
    vectors.put(name, floats(length));
    return this;
  }

  GivenWeights withVector(String name, float[] values) {
    vectors.put(name, values);
    return this;
  }

  /// A float32 matrix.
  public GivenWeights withFloats(String name, int rows, int columns) {
    return with(name, dense(ElementType.FLOAT32, rows, columns));
  }

  /// A float32 matrix of numbers of about `size`, as activations are.
  GivenWeights withNumbers(String name, int rows, int columns, float size) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * size;
    }
    return with(name, dense(ElementType.FLOAT32, rows, columns, values));
  }

  /// A matrix as a scheme stores it.
  public Matrix matrix(Quantization scheme, Layout layout, int rows, int columns) {
    Optional<Encoding> encoding =
        scheme instanceof GroupQuantization groups
            ? Optional.of(new GroupEncoding(groups, layout))
            : scheme.linear();
    if (encoding.isEmpty()) {
      return dense(scheme.modelType(), rows, columns);
    }
    float[] values = floats(rows * columns);
    for (int i = 0; i < values.length; i++) {
      values[i] = scheme.modelType().rounded(values[i]);
    }
    return encoding
        .flatMap(Encoding::encoder)
        .orElseThrow()
        .encode(
            (row, target) -> System.arraycopy(values, row * columns, target, 0, columns),
            rows,
            columns,
            Rounding.TIES_TO_EVEN,
            Arena.ofAuto());
  }

  public Matrix dense(ElementType type, int rows, int columns) {
    return dense(type, rows, columns, floats(rows * columns));
  }

  private static Matrix dense(ElementType type, int rows, int columns, float[] values) {
    MemorySegment data = Arena.ofAuto().allocate((long) values.length * type.bytes(), 4);
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      switch (type) {
        case FLOAT32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, values[i]);
        case FLOAT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(values[i]));
        case BFLOAT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
      }
    }
    return new Dense(type).matrix(rows, columns, data);
  }

  /// Of the size of weights, some of them subnormal in float16.
  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * (i % 37 == 0 ? 1e-6f : 0.1f);
    }
    return values;
  }

  @Override
  public Matrix matrix(String name, int rows, int columns) {
    Matrix matrix = matrices.get(name);
    if (matrix.rows() != rows || matrix.columns() != columns) {
      throw new IllegalArgumentException(name + " has another shape");
    }
    return matrix;
  }

  @Override
  public float[] vector(String name, int length) {
    return vectors.get(name);
  }

  @Override
  public Path path() {
    return Path.of("given");
  }

  @Override
  public boolean contains(String name) {
    return matrices.containsKey(name) || vectors.containsKey(name);
  }

  @Override
  public String digest() {
    return "";
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public void close() {}
}
