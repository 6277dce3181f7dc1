package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.CodeType;
import io.github.nonplus.weights.codes.Float8;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A matrix as numbers of eight bits, and one scale if it is scaled.
record TensorFloat8Encoding(CodeType numbers, boolean scaled) implements Encoding {
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public List<Part> parts(String name, List<Integer> shape) {
    String stem = Encoding.stem(name);
    List<Part> parts = new ArrayList<>();
    DType type =
        switch (numbers) {
          case E4M3 -> DType.FLOAT8_E4M3FN;
          case E5M2 -> DType.FLOAT8_E5M2;
          case UNSIGNED, SIGNED, E2M1, E8M0 -> throw new IllegalStateException(numbers.name());
        };
    parts.add(new Part(stem + "q_weight", type, shape.stream().map(Integer::longValue).toList()));
    if (scaled) {
      parts.add(new Part(stem + "q_scale", DType.FLOAT32, List.of(1L)));
    }
    return parts;
  }

  /// What `mlc_llm calibrate` adds: of activations, which are not quantized here.
  @Override
  public List<String> besides(String name) {
    return scaled ? List.of(Encoding.stem(name) + "q_calibration_scale") : List.of();
  }

  @Override
  public Format format(ElementType scales) {
    return new Float8(
        numbers, scaled ? Optional.of(scales) : Optional.empty(), ElementType.FLOAT16);
  }

  @Override
  public Optional<Encoder> encoder() {
    return Optional.of((source, rows, columns, _, arena) -> encoded(source, rows, columns, arena));
  }

  private Matrix encoded(Rows source, int rows, int columns, Arena arena) {
    Float8Quantizer quantizer = new Float8Quantizer(numbers);
    float scale = scaled ? Float8Quantizer.scale(largest(source, rows, columns)) : 1;
    MemorySegment codes = arena.allocate((long) rows * columns);
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              float[] weights = new float[columns];
              byte[] bytes = new byte[columns];
              source.read(row, weights);
              quantizer.quantize(weights, scale, bytes);
              MemorySegment.copy(
                  bytes, 0, codes, ValueLayout.JAVA_BYTE, (long) row * columns, columns);
            });
    List<MemorySegment> planes = new ArrayList<>(List.of(codes));
    if (scaled) {
      planes.add(arena.allocate(Float.BYTES));
      planes.getLast().set(SINGLE, 0, scale);
    }
    return Matrix.of(format(ElementType.FLOAT32), rows, columns, planes);
  }

  private static float largest(Rows source, int rows, int columns) {
    return (float)
        IntStream.range(0, rows)
            .parallel()
            .mapToDouble(
                row -> {
                  float[] weights = new float[columns];
                  source.read(row, weights);
                  float largest = 0;
                  for (float weight : weights) {
                    largest = Math.max(largest, Math.abs(weight));
                  }
                  return largest;
                })
            .max()
            .orElse(0);
  }
}
