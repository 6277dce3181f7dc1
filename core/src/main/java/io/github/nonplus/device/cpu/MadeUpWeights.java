package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupFormat;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.codes.Gptq;
import io.github.nonplus.weights.ggml.GgmlTypes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// Every tensor that is asked for, of small numbers.
final class MadeUpWeights implements ModelWeights {
  /// Made when they are needed, because tables come with some of them that take time.
  private static final class Forms {
    static final List<ElementType> TYPES =
        List.of(ElementType.FLOAT16, ElementType.BFLOAT16, ElementType.FLOAT32);

    /// One that rounds weights to float16, and one that does not.
    static final List<GroupQuantization> SCHEMES = List.of(scheme("q4f16_0"), scheme("q4f32_1"));

    /// Whole numbers under scales, with offsets and without.
    static final List<Format> BLOCKS = List.of(ggml(8), ggml(3));

    private static GroupQuantization scheme(String name) {
      return (GroupQuantization) Quantization.named(name);
    }

    private static Format ggml(int type) {
      return GgmlTypes.format(type).orElseThrow();
    }
  }

  private static final int BLOCK = 32;

  /// Outputs side by side.
  private static final Gptq SIDEWAYS =
      new Gptq(4, BLOCK, false, 1, ElementType.FLOAT16, ElementType.FLOAT32);

  /// Numbers of a matrix before they repeat, so that it is made in little time.
  private static final int DIFFERENT = 251;

  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final boolean everyForm;
  private final Random random = new Random(1);
  private int matrices;

  private MadeUpWeights(boolean everyForm) {
    this.everyForm = everyForm;
  }

  /// Its matrices are float16.
  static MadeUpWeights halves() {
    return new MadeUpWeights(false);
  }

  /// Its matrices are stored in each form in turn.
  static MadeUpWeights ofEveryForm() {
    return new MadeUpWeights(true);
  }

  @Override
  public Matrix matrix(String name, int rows, int columns) {
    return everyForm
        ? inTurn(matrices++, rows, columns)
        : dense(ElementType.FLOAT16, rows, columns);
  }

  private Matrix inTurn(int turn, int rows, int columns) {
    int form = turn % (Forms.TYPES.size() + Forms.SCHEMES.size() + Forms.BLOCKS.size() + 1);
    if (form < Forms.TYPES.size()) {
      return dense(Forms.TYPES.get(form), rows, columns);
    }
    form -= Forms.TYPES.size();
    if (form < Forms.SCHEMES.size()) {
      return grouped(Forms.SCHEMES.get(form), rows, columns);
    }
    form -= Forms.SCHEMES.size();
    return form < Forms.BLOCKS.size()
        ? blocks(Forms.BLOCKS.get(form), rows, columns)
        : sideways(rows, columns);
  }

  private Matrix dense(ElementType type, int rows, int columns) {
    return new Dense(type).matrix(rows, columns, numbers(type, rows * columns));
  }

  /// Of blocks that begin with a scale, and may have an offset behind it.
  private Matrix blocks(Format format, int rows, int columns) {
    byte[] data = new byte[Math.toIntExact(format.planeBytes(rows, columns).getFirst())];
    random.nextBytes(data);
    MemorySegment segment = MemorySegment.ofArray(data);
    int bytes = data.length / (rows * columns / BLOCK);
    for (int at = 0; at < data.length; at += bytes) {
      segment.set(HALF, at, Float.floatToFloat16(0x1p-10f));
      segment.set(HALF, at + Short.BYTES, Float.floatToFloat16(-0x1p-8f));
    }
    return Matrix.of(format, rows, columns, List.of(segment));
  }

  private Matrix sideways(int rows, int columns) {
    List<Long> bytes = SIDEWAYS.planeBytes(rows, columns);
    byte[] words = new byte[Math.toIntExact(bytes.get(0))];
    random.nextBytes(words);
    return Matrix.of(
        SIDEWAYS,
        rows,
        columns,
        List.of(
            MemorySegment.ofArray(words),
            MemorySegment.ofArray(new byte[Math.toIntExact(bytes.get(1))]),
            numbers(ElementType.FLOAT16, SIDEWAYS.groups(columns) * rows)));
  }

  private Matrix grouped(GroupQuantization scheme, int rows, int columns) {
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
