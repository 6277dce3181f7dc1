package io.github.nonplus.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Decoding against the definition: `T(T(code - zeroPoint) * scale)`, the code of column k being
/// the bit field `k mod e` of word `k div e`.
class GroupFormatTest {
  private static final int ROWS = 37;

  record Case(GroupQuantization scheme, Layout layout, int columns) {}

  /// Columns: one, whole groups, a partial group with a partial word, less than a word.
  static Stream<Case> cases() {
    return Quantization.ALL.stream()
        .filter(GroupQuantization.class::isInstance)
        .map(GroupQuantization.class::cast)
        .flatMap(
            scheme ->
                Stream.of(1, 7, 40, 64, 100, 320)
                    .flatMap(
                        columns ->
                            Arrays.stream(Layout.values())
                                .map(layout -> new Case(scheme, layout, columns))));
  }

  private static Matrix matrix(Case test) {
    return new MatrixQuantizer(test.scheme, Rounding.TIES_TO_EVEN)
        .quantize(
            (row, target) -> {
              Random random = new Random(row);
              for (int k = 0; k < test.columns; k++) {
                float value = (float) random.nextGaussian();
                target[k] = Float.float16ToFloat(Float.floatToFloat16(value));
              }
            },
            ROWS,
            test.columns,
            test.layout,
            Arena.ofAuto());
  }

  private static float defined(Matrix matrix, int row, int column) {
    GroupFormat format = (GroupFormat) matrix.format();
    GroupQuantization scheme = format.scheme();
    MemorySegment words = matrix.planes().data().get(0);
    MemorySegment scales = matrix.planes().data().get(1);
    int wordIndex = column / scheme.codesPerWord();
    int group = column / scheme.groupSize();
    int groups = Math.ceilDiv(matrix.columns(), scheme.groupSize());
    boolean transposed = format.layout() == Layout.KN;
    int wordAt = transposed ? wordIndex * ROWS + row : row * 4 * groups + wordIndex;
    int scaleAt = transposed ? group * ROWS + row : row * groups + group;
    int word = words.get(ValueLayout.JAVA_INT_UNALIGNED, 4L * wordAt);
    int shift = scheme.bits() * (column % scheme.codesPerWord());
    int code = (word >>> shift) % (1 << scheme.bits()) & (1 << scheme.bits()) - 1;
    if (scheme.modelType() == ElementType.FLOAT16) {
      short bits = scales.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * scaleAt);
      float product = (code - scheme.zeroPoint()) * Float.float16ToFloat(bits);
      return Float.float16ToFloat(Float.floatToFloat16(product));
    }
    if (scheme.modelType() == ElementType.BFLOAT16) {
      int bits = scales.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * scaleAt) << 16;
      return ElementType.BFLOAT16.rounded((code - scheme.zeroPoint()) * Float.intBitsToFloat(bits));
    }
    return (code - scheme.zeroPoint()) * scales.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * scaleAt);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyElementIsDecodedAsDefined(Case test) {
    Matrix matrix = matrix(test);
    float[] decoded = new float[ROWS * test.columns];
    matrix.decode(0, ROWS, decoded, 0);
    for (int row = 0; row < ROWS; row++) {
      for (int k = 0; k < test.columns; k++) {
        assertThat(decoded[row * test.columns + k]).isEqualTo(defined(matrix, row, k));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSliceOfASliceIsItsRows(Case test) {
    Matrix matrix = matrix(test);
    float[] all = new float[ROWS * test.columns];
    matrix.decode(0, ROWS, all, 0);
    float[] part = new float[2 + 3 * test.columns];
    matrix.slice(5, 30).slice(10, 20).decode(1, 4, part, 2);
    assertThat(Arrays.copyOfRange(part, 2, part.length))
        .containsExactly(Arrays.copyOfRange(all, 16 * test.columns, 19 * test.columns));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyStretchOfARowIsDecodedAlike(Case test) {
    Matrix matrix = matrix(test);
    float[] all = new float[ROWS * test.columns];
    matrix.decode(0, ROWS, all, 0);
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      int from = random.nextInt(test.columns);
      int count = 1 + random.nextInt(test.columns - from);
      float[] part = new float[count];
      matrix.decode(3, 4, from, count, part, 0, count);
      int at = 3 * test.columns + from;
      assertThat(part).containsExactly(Arrays.copyOfRange(all, at, at + count));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aScaleThatIsNotFiniteIsFoundInItsSliceOnly(Case test) {
    Matrix matrix = matrix(test);
    assertThat(matrix.firstNonFinite()).isEqualTo(-1);
    int groups = test.scheme.groups(test.columns);
    long at = test.layout == Layout.NK ? 20L * groups + groups - 1 : (groups - 1L) * ROWS + 20;
    MemorySegment scales = matrix.planes().data().get(1);
    ElementType type = test.scheme.modelType();
    if (type == ElementType.FLOAT32) {
      scales.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * at, Float.NaN);
    } else {
      short infinity = type.halfBits(Float.POSITIVE_INFINITY);
      scales.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * at, infinity);
    }
    long inRow = (groups - 1L) * test.scheme.groupSize();
    assertThat(matrix.firstNonFinite()).isEqualTo(20L * test.columns + inRow);
    assertThat(matrix.slice(19, 22).firstNonFinite()).isEqualTo((long) test.columns + inRow);
    assertThat(matrix.slice(0, 20).firstNonFinite()).isEqualTo(-1);
  }
}
