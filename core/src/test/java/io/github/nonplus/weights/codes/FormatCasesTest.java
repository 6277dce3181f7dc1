package io.github.nonplus.weights.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.RowOrder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FormatCasesTest {
  static List<FormatCases> cases() {
    return FormatCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyStretchOfAnyRowsIsDecodedAlike(FormatCases each) {
    Matrix matrix = each.matrix();
    int columns = each.columns();
    float[] all = new float[each.rows() * columns];
    for (int row = 0; row < each.rows(); row++) {
      for (int k = 0; k < columns; k++) {
        matrix.format().decode(matrix.planes(), row, k, 1, all, row * columns + k);
      }
    }
    int[][] rectangles = {
      {0, each.rows(), 0, columns},
      {1, 4, 3, columns - 3},
      {2, 3, 31, 2},
      {3, 3, 0, 0},
      {0, 5, 8, 17}
    };
    for (int[] at : rectangles) {
      int pitch = at[3] + 2;
      float[] found = new float[each.rows() * pitch + 1];
      matrix.decode(at[0], at[1], at[2], at[3], found, 1, pitch);
      for (int row = at[0]; row < at[1]; row++) {
        int from = 1 + (row - at[0]) * pitch;
        int expected = row * columns + at[2];
        assertThat(Arrays.copyOfRange(found, from, from + at[3]))
            .as("row %d of %s", row, Arrays.toString(at))
            .isEqualTo(Arrays.copyOfRange(all, expected, expected + at[3]));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gatheredRowsAreThoseOfTheirPlaces(FormatCases each) {
    Matrix matrix = each.matrix();
    float[] gathered = new float[3 * each.columns()];
    matrix.gather(RowOrder.of(4, 0, 2)).decode(0, 3, gathered, 0);
    float[] row = new float[each.columns()];
    matrix.decode(2, 3, row, 0);
    assertThat(Arrays.copyOfRange(gathered, 2 * each.columns(), gathered.length)).isEqualTo(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itsNameIsItsOwn(FormatCases each) {
    Map<String, Object> named = new HashMap<>();
    for (FormatCases other : FormatCases.all()) {
      Object before = named.putIfAbsent(other.format().name(), other.format());
      assertThat(before == null || before.equals(other.format())).as(other.toString()).isTrue();
    }
    assertThat(named).containsKey(each.format().name());
    assertThat(each.matrix().firstNonFinite()).isEqualTo(-1);
  }

  /// Whatever a scale or a code is, the first weight that is no finite number is found.
  @ParameterizedTest
  @MethodSource("cases")
  void aWeightThatIsNotFiniteIsFound(FormatCases each) {
    Matrix matrix = each.matrix();
    Random random = new Random(3);
    for (MemorySegment plane : matrix.planes().data()) {
      for (int change = 0; change < 20 && each.indexPlane() != plane.byteSize(); change++) {
        long at = random.nextLong(plane.byteSize());
        byte before = plane.get(ValueLayout.JAVA_BYTE, at);
        plane.set(ValueLayout.JAVA_BYTE, at, (byte) (random.nextBoolean() ? 0x7F : 0x7C));
        float[] values = new float[each.rows() * each.columns()];
        matrix.decode(0, each.rows(), values, 0);
        int first = 0;
        while (first < values.length && Float.isFinite(values[first])) {
          first++;
        }
        assertThat(matrix.firstNonFinite()).isEqualTo(first == values.length ? -1 : first);
        plane.set(ValueLayout.JAVA_BYTE, at, before);
      }
    }
  }

  @Test
  void everyCodeIsTheNumberOfItsType() {
    assertThat(CodeType.E4M3.value(0x7E)).isEqualTo(448);
    assertThat(CodeType.E4M3.value(0xFF)).isNaN();
    assertThat(CodeType.E4M3.value(1)).isEqualTo(0x1p-9f);
    assertThat(CodeType.E5M2.value(0x7B)).isEqualTo(57344);
    assertThat(CodeType.E5M2.value(0x7C)).isInfinite();
    assertThat(CodeType.E2M1.value(15)).isEqualTo(-6);
    assertThat(CodeType.E8M0.value(0)).isEqualTo(0x1p-127f);
    assertThat(CodeType.E8M0.value(255)).isNaN();
    assertThat(CodeType.SIGNED.value(0x80)).isEqualTo(-128);
  }

  @Test
  void aGroupThatIsNotThereIsAFault() {
    Gptq format = new Gptq(4, 32, true, 0, ElementType.FLOAT16, ElementType.FLOAT32);
    Matrix matrix = new FormatCases(format, 32, 64).matrix();
    assertThat(format.fault(matrix.planes())).isEmpty();
    matrix.planes().data().get(3).set(ValueLayout.JAVA_INT_UNALIGNED, 4 * 63, 2);
    assertThat(format.fault(matrix.planes()).orElseThrow())
        .isEqualTo("g_idx puts input 63 in group 2, but there are 2 groups");
  }

  @Test
  void aZeroPointThatKernelsReadOtherwiseIsAFault() {
    Gptq format = new Gptq(4, 32, false, 1, ElementType.FLOAT16, ElementType.FLOAT32);
    List<MemorySegment> planes =
        format.planeBytes(8, 64).stream()
            .map(bytes -> MemorySegment.ofArray(new byte[bytes.intValue()]))
            .toList();
    assertThat(format.fault(new Planes(8, 64, planes))).isEmpty();
    planes.get(1).set(ValueLayout.JAVA_BYTE, 6, (byte) 0xF0);
    assertThat(format.fault(new Planes(8, 64, planes)).orElseThrow())
        .isEqualTo(
            "the zero point of output 5 in group 1 is stored as 15, of which kernels make 0 or 16");
  }

  @Test
  void aMatrixThatItCannotStoreIsNone() {
    assertThatThrownBy(() -> new Awq(0, ElementType.FLOAT16, ElementType.FLOAT32).planeBytes(12, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12 outputs");
    assertThatThrownBy(
            () -> new Hqq(4, 64, false, ElementType.FLOAT16, ElementType.FLOAT32).planeBytes(3, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("groups of 64");
  }
}
