package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.operand.Parameter;
import java.util.List;

/// What [FakeQuantize] divides by before it rounds: a stored number, or one that follows from the
/// numbers of a group of a row's columns. All arithmetic is float32.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = CodeScales.Stored.class, name = "stored"),
  @JsonSubTypes.Type(value = CodeScales.Largest.class, name = "largest"),
  @JsonSubTypes.Type(value = CodeScales.Range.class, name = "range"),
  @JsonSubTypes.Type(value = CodeScales.PowerOfTwo.class, name = "power-of-two"),
  @JsonSubTypes.Type(value = CodeScales.Local.class, name = "local")
})
public sealed interface CodeScales {
  /// The least exponent of a power of two, so that it is no subnormal number.
  int LEAST_EXPONENT = -126;

  /// A scale of 0, with which every number is 0, and a zero point.
  ///
  /// @param zero what is added to a number that has been divided, and taken away again
  record Pair(float scale, float zero) {}

  /// Columns that share a scale; 0 for all of a row.
  int group();

  /// The checkpoint tensors that it needs, of one number each.
  default List<Parameter> parameters() {
    return List.of();
  }

  /// The scale of a group.
  ///
  /// @param least of its numbers and 0
  /// @param most of its numbers and 0
  /// @param stored a number for each parameter
  Pair of(float least, float most, CodeNumbers codes, float[] stored);

  /// One scale for everything.
  ///
  /// @param zero null for none
  record Stored(Parameter scale, @JsonSetter(nulls = Nulls.SET) Parameter zero)
      implements CodeScales {
    @Override
    public int group() {
      return 0;
    }

    @Override
    public List<Parameter> parameters() {
      return zero == null ? List.of(scale) : List.of(scale, zero);
    }

    @Override
    public Pair of(float least, float most, CodeNumbers codes, float[] stored) {
      return new Pair(stored[0], zero == null ? 0 : stored[1]);
    }

    @Override
    public String toString() {
      return scale + (zero == null ? "" : " around " + zero);
    }
  }

  /// The largest absolute value divided by `divisor`; `up` to the next power of two if that is
  /// asked for.
  record Largest(int group, double divisor, boolean up) implements CodeScales {
    public Largest {
      requireGroup(group);
      Operation.require(divisor > 0 && Double.isFinite(divisor), "a divisor", divisor);
    }

    @Override
    public Pair of(float least, float most, CodeNumbers codes, float[] stored) {
      float scale = Math.max(-least, most) / (float) divisor;
      if (!up || scale == 0) {
        return new Pair(scale, 0);
      }
      int bits = Float.floatToRawIntBits(scale);
      int exponent = Math.getExponent(scale) + ((bits & 0x7fffff) == 0 ? 0 : 1);
      return new Pair(power(exponent), 0);
    }

    @Override
    public String toString() {
      return "largest%s / %s%s"
          .formatted(columns(group), divisor, up ? " up to a power of two" : "");
    }
  }

  /// Whole numbers from the least to the largest, with 0 among them: (most − least) / (2ⁿ − 1), and
  /// the code of 0 is the one nearest to where it lies.
  record Range(int group) implements CodeScales {
    public Range {
      requireGroup(group);
    }

    @Override
    public Pair of(float least, float most, CodeNumbers codes, float[] stored) {
      float scale = (most - least) / (codes.most() - codes.least());
      float zero = scale == 0 ? 0 : codes.nearest(codes.least() - least / scale);
      return new Pair(scale, zero);
    }

    @Override
    public String toString() {
      return "range" + columns(group);
    }
  }

  /// As the Open Compute Project's MX formats are written by compressed-tensors: the power of two
  /// of the largest absolute value, the next one from 1.75 of it on, divided by 2^`offset`.
  record PowerOfTwo(int group, int offset) implements CodeScales {
    public PowerOfTwo {
      requireGroup(group);
      Operation.require(offset >= 0 && offset <= 16, "an exponent", offset);
    }

    @Override
    public Pair of(float least, float most, CodeNumbers codes, float[] stored) {
      float largest = Math.max(-least, most);
      if (largest == 0) {
        return new Pair(0, 0);
      }
      int exponent = (Float.floatToRawIntBits(largest) + 0x200000 >>> 23) - 127 - offset;
      return new Pair(power(exponent), 0);
    }

    @Override
    public String toString() {
      return "power of two%s / 2^%d".formatted(columns(group), offset);
    }
  }

  /// The largest absolute value divided by the largest code, in units of a stored number, rounded
  /// to E4M3: NVFP4's.
  ///
  /// @param unit one number
  /// @param reciprocal whether that number is how many units one is, instead of the unit
  record Local(int group, Parameter unit, boolean reciprocal) implements CodeScales {
    public Local {
      requireGroup(group);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(unit);
    }

    @Override
    public Pair of(float least, float most, CodeNumbers codes, float[] stored) {
      float units = reciprocal ? stored[0] : 1 / stored[0];
      float local = Math.max(-least, most) / codes.most() * units;
      return new Pair(CodeNumbers.E4M3.nearest(local) / units, 0);
    }

    @Override
    public String toString() {
      return "largest%s in e4m3 %s %s".formatted(columns(group), reciprocal ? "/" : "*", unit);
    }
  }

  private static void requireGroup(int group) {
    Operation.require(group >= 0, "columns of a group", group);
  }

  private static float power(int exponent) {
    return Math.scalb(1f, Math.clamp(exponent, LEAST_EXPONENT, 127));
  }

  private static String columns(int group) {
    return group == 0 ? " of a row" : " of %d columns".formatted(group);
  }

  /// Refuses parameters of more than one number.
  static void requireNumbers(CodeScales scales) {
    for (Parameter each : scales.parameters()) {
      Operation.require(each.shape().equals(List.of(1)), each, "one number");
    }
  }
}
