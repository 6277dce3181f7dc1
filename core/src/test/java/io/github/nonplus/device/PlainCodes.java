package io.github.nonplus.device;

import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.op.FakeQuantize;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Codes by looking at all of them, in float32 as the law of scales is: each quotient is rounded
/// once, so that none falls on another side of the middle between two codes.
final class PlainCodes {
  private final double[] numbers;

  /// @param codes all of whose numbers stand here in order
  PlainCodes(CodeNumbers codes) {
    this.numbers =
        codes.kind() == CodeNumbers.Kind.INT
            ? IntStream.range(-(1 << codes.bits() - 1), 1 << codes.bits() - 1)
                .asDoubleStream()
                .toArray()
            : bothSigns(codes.bits() == 8 ? floats(3, 7, 0x7e) : floats(1, 1, 7));
  }

  private static double[] floats(int digits, int bias, int last) {
    return IntStream.rangeClosed(0, last)
        .mapToDouble(
            code -> {
              int exponent = code >> digits;
              double mantissa = (code & (1 << digits) - 1) / (double) (1 << digits);
              return exponent == 0
                  ? mantissa * Math.pow(2, 1 - bias)
                  : (1 + mantissa) * Math.pow(2, exponent - bias);
            })
        .toArray();
  }

  private static double[] bothSigns(double[] positive) {
    return DoubleStream.concat(
            Arrays.stream(positive)
                .skip(1)
                .map(value -> -value)
                .boxed()
                .toList()
                .reversed()
                .stream()
                .mapToDouble(Double::doubleValue),
            Arrays.stream(positive))
        .toArray();
  }

  /// Of two that are as near, the one with an even code: 0 has one.
  double nearest(double value) {
    int zero = Arrays.binarySearch(numbers, 0);
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      double nearer = Math.abs(numbers[i] - value) - Math.abs(numbers[best] - value);
      if (nearer < 0 || (nearer == 0 && (i - zero) % 2 == 0)) {
        best = i;
      }
    }
    return numbers[best];
  }

  /// A row of an operation's result.
  ///
  /// @param stored a number for each parameter
  static void quantize(FakeQuantize quantize, double[] stored, double[] x, double[] row) {
    PlainCodes codes = new PlainCodes(quantize.codes());
    int width = quantize.groupWidth();
    for (int first = 0; first < x.length; first += width) {
      double[] group = Arrays.copyOfRange(x, first, first + width);
      double[] pair = codes.pair(quantize.scales(), stored, group);
      for (int n = 0; n < width; n++) {
        double code = codes.nearest((float) ((float) (group[n] / pair[0]) + pair[1]));
        row[first + n] = pair[0] == 0 ? 0 : (float) ((code - pair[1]) * pair[0]);
      }
    }
  }

  private double[] pair(CodeScales scales, double[] stored, double[] group) {
    double least = Math.min(0, Arrays.stream(group).min().orElseThrow());
    double most = Math.max(0, Arrays.stream(group).max().orElseThrow());
    double largest = Math.max(-least, most);
    double top = numbers[numbers.length - 1];
    return switch (scales) {
      case CodeScales.Stored law -> new double[] {stored[0], law.zero() == null ? 0 : stored[1]};
      case CodeScales.Largest law -> {
        double scale = (float) (largest / law.divisor());
        yield new double[] {law.up() ? Math.pow(2, Math.ceil(log2(scale))) : scale, 0};
      }
      case CodeScales.Range _ -> {
        double scale = (float) ((float) (most - least) / (top - numbers[0]));
        yield new double[] {scale, nearest((float) (numbers[0] - (float) (least / scale)))};
      }
      case CodeScales.PowerOfTwo law -> {
        double power = Math.floor(log2(largest));
        double next = largest / Math.pow(2, power) >= 1.75 ? 1 : 0;
        yield new double[] {Math.pow(2, power + next - law.offset()), 0};
      }
      case CodeScales.Local law -> {
        double units = law.reciprocal() ? stored[0] : (float) (1 / stored[0]);
        double local = (float) ((float) (largest / top) * units);
        double rounded = new PlainCodes(CodeNumbers.E4M3).nearest(local);
        yield new double[] {(float) (rounded / units), 0};
      }
    };
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
