package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Numbers of eight bits, row by row, and perhaps one scale for all: a weight is T(number ·
/// T(scale)), T being the type in which a library computes. MLC's FP8 of whole tensors.
///
/// @param numbers the first plane
/// @param scale how the scale is stored that is the second plane, if there is one
/// @param rounding T
public record Float8(CodeType numbers, Optional<ElementType> scale, ElementType rounding)
    implements Format {
  private static final int NUMBERS = 0;
  private static final int SCALE = 1;

  @Override
  public String name() {
    return numbers.name().toLowerCase(Locale.ROOT)
        + scale.map(type -> " " + type.mlcName() + " for all").orElse("")
        + Rounding.label(rounding);
  }

  @Override
  public Snippet snippet() {
    return new Snippet(
        "float8",
        scale.isPresent() ? 2 : 1,
        Map.of(
            "NUMBER_TYPE", numbers.code(),
            "HAS_SCALE", scale.isPresent() ? 1 : 0,
            "SCALE_TYPE", scale.map(ElementType::code).orElse(0),
            "ROUNDING", rounding.code()));
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    long bytes = (long) rows * columns;
    return scale.map(type -> List.of(bytes, (long) type.bytes())).orElseGet(() -> List.of(bytes));
  }

  @Override
  public void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    long at = (long) row * planes.columns();
    CodeStream.of(planes, NUMBERS, at, Byte.SIZE, column, count)
        .values(numbers.numbers(), 0, count, target, offset);
    if (scale.isPresent()) {
      float factor = factor(planes);
      for (int i = offset; i < offset + count; i++) {
        target[i] *= factor;
      }
    }
    Rounding.round(rounding, target, offset, count);
  }

  private float factor(Planes planes) {
    return scale.map(type -> rounding.rounded(planes.number(SCALE, type, 0))).orElse(1f);
  }

  /// Looks at the scale and for codes that are no numbers, unless the scale is so large that a
  /// weight might not be finite.
  @Override
  public int firstNonFinite(Planes planes, int row) {
    return Rounding.staysFinite(rounding, factor(planes), numbers.largest())
            && numbers.areNumbers(planes, NUMBERS, (long) row * planes.columns(), planes.columns())
        ? -1
        : Format.super.firstNonFinite(planes, row);
  }
}
