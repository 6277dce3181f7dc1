package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupFormat;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// Every tensor that is asked for, of small numbers, its matrices stored in each form in turn.
final class MadeUpWeights implements ModelWeights {
  private static final List<ElementType> TYPES =
      List.of(ElementType.FLOAT16, ElementType.BFLOAT16, ElementType.FLOAT32);

  /// One that rounds weights to float16, and one that does not.
  private static final List<GroupQuantization> SCHEMES =
      List.of(scheme("q4f16_0"), scheme("q4f32_1"));

  /// Numbers of a matrix before they repeat, so that it is made in little time.
  private static final int DIFFERENT = 5003;

  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Random random = new Random(1);
  private int matrices;

  private static GroupQuantization scheme(String name) {
    return (GroupQuantization) Quantization.named(name);
  }

  @Override
  public Matrix matrix(String name, int rows, int columns) {
    int form = matrices++ % (TYPES.size() + SCHEMES.size());
    if (form < TYPES.size()) {
      ElementType type = TYPES.get(form);
      return new Dense(type).matrix(rows, columns, numbers(type, rows * columns));
    }
    GroupQuantization scheme = SCHEMES.get(form - TYPES.size());
    int groups = rows * scheme.groups(columns);
    byte[] words = new byte[Integer.BYTES * groups * scheme.wordsPerGroup()];
    random.nextBytes(words);
    return Matrix.of(
        new GroupFormat(scheme, scheme.layout(), scheme.modelType()),
        rows,
        columns,
        List.of(MemorySegment.ofArray(words), numbers(scheme.modelType(), groups)));
  }

  private MemorySegment numbers(ElementType type, int count) {
    byte[] bytes = new byte[count * type.bytes()];
    MemorySegment data = MemorySegment.ofArray(bytes);
    float[] values = vector("", Math.min(count, DIFFERENT));
    for (int i = 0; i < values.length; i++) {
      switch (type) {
        case FLOAT16 -> data.setAtIndex(HALF, i, Float.floatToFloat16(values[i]));
        case BFLOAT16 -> data.setAtIndex(HALF, i, (short) (Float.floatToIntBits(values[i]) >> 16));
        case FLOAT32 -> data.setAtIndex(SINGLE, i, values[i]);
      }
    }
    for (int done = values.length * type.bytes(); done < bytes.length; done *= 2) {
      System.arraycopy(bytes, 0, bytes, done, Math.min(done, bytes.length - done));
    }
    return data;
  }

  @Override
  public float[] vector(String name, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (random.nextFloat() - 0.5f) / 4; // so small that nothing overflows
    }
    return values;
  }

  @Override
  public Path path() {
    return Path.of("made-up");
  }

  @Override
  public boolean contains(String name) {
    return true;
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
