package io.github.nonplus.files;

import java.math.BigDecimal;
import java.math.MathContext;

/// A float64 as Python's `repr` prints it: the shortest digits that read back as the same number,
/// plain for exponents from -4 to 15 (`0.0001`, `4617089024.0`), otherwise as `1e-05`, `1.5e+16`.
final class PythonFloat {
  private PythonFloat() {}

  static String repr(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    if (value == 0) {
      return sign + "0.0";
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    return sign + (exponent < -4 || exponent > 15 ? scientific(digits, exponent) : plain(shortest));
  }

  /// Java's shortest form has at least two digits; Python's may have one.
  private static BigDecimal shortest(double value) {
    BigDecimal decimal = new BigDecimal(Double.toString(value));
    BigDecimal single = decimal.round(new MathContext(1));
    return (single.doubleValue() == value ? single : decimal).stripTrailingZeros();
  }

  private static String plain(BigDecimal decimal) {
    String plain = decimal.toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String scientific(String digits, int exponent) {
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return "%se%s%02d".formatted(mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
