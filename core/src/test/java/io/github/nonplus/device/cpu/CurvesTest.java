package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.program.op.Activation;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CurvesTest {
  private static final Curves SCALAR = Kernels.scalar().curves();

  /// What rounding to float32 moves a number by at most, relative to it.
  private static final double ROUNDING = 0x1p-24;

  /// Numbers from far below 0 to far above, dense around it, whole strips of every length.
  private static float[] numbers() {
    float[] numbers = new float[32 * 512];
    int half = numbers.length / 2;
    for (int i = 0; i < half; i++) {
      float size = (float) Math.pow(10, -6 + 8.5 * i / half);
      numbers[half + i] = size;
      numbers[half - 1 - i] = -size;
    }
    return numbers;
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsAreWhatTheirNamesSay(Activation activation) {
    float[] x = numbers();
    float[] out = new float[x.length];
    SCALAR.activate(activation, x, 0, out, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      double expected = definition(activation).applyAsDouble(x[i]);
      // Up to four roundings of an exponent u move e^−|u| by 4 |u| e^−|u| ≤ 4/e roundings of the
      // number that it is multiplied by, and for numbers beyond 1 by less.
      double exponent = 4 / Math.E * Math.min(1, Math.abs(x[i]));
      double allowed = ROUNDING * (units(activation) * Math.abs(expected) + exponent);
      assertThat((double) out[i])
          .as(activation + " of " + x[i])
          .isCloseTo(expected, within(allowed));
    }
  }

  /// By how many roundings, half a unit in the last place each, a result may be off beside those of
  /// an exponent.
  private static double units(Activation activation) {
    return switch (activation) {
      // The exponential (1.1 units, on both sides of the fraction), a sum and a quotient.
      case SIGMOID -> 2 * 2.2 + 2;
      // The same, and a product.
      case SILU, GELU_TANH, QUICK_GELU -> 2 * 2.2 + 3;
      // The tail of the normal distribution, within 5e-7, and a product.
      case GELU -> 5e-7 / ROUNDING + 1;
      // Two units.
      case TANH -> 4;
      case RELU_SQUARED -> 1;
      case RELU, IDENTITY -> 0;
    };
  }

  private static DoubleUnaryOperator definition(Activation activation) {
    return switch (activation) {
      case SILU -> x -> x * sigmoid(x);
      case GELU -> x -> x * CurvesTest.normal(x);
      case GELU_TANH ->
          x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case QUICK_GELU -> x -> x * sigmoid(1.702 * x);
      case RELU -> x -> Math.max(x, 0);
      case RELU_SQUARED -> x -> Math.max(x, 0) * Math.max(x, 0);
      case SIGMOID -> CurvesTest::sigmoid;
      case TANH -> Math::tanh;
      case IDENTITY -> x -> x;
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /// Φ(x) by Simpson's rule over the density.
  private static double normal(double x) {
    double end = Math.clamp(x, -9, 9);
    int steps = 400;
    double width = Math.abs(end) / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-0.5 * i * width * i * width);
    }
    double half = sum * width / 3 / Math.sqrt(2 * Math.PI);
    return x < 0 ? 0.5 - half : 0.5 + half;
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void vectorsGiveTheScalarBits(int bits) {
    Curves vectors = VectorKernels.of(bits).curves();
    float[] x = numbers();
    x[5] = Float.NaN;
    x[70] = Float.NEGATIVE_INFINITY;
    for (Activation activation : Activation.values()) {
      requireSame(
          x,
          activation,
          SCALAR,
          vectors,
          (curves, out) -> curves.activate(activation, x, 0, out, 0, x.length));
    }
    requireSame(
        x,
        "times",
        SCALAR,
        vectors,
        (curves, out) -> {
          System.arraycopy(x, 0, out, 0, x.length);
          curves.times(x, 0, out, 0, x.length);
        });
    requireSame(
        x, "clamp", SCALAR, vectors, (curves, out) -> curves.clamp(x, 0, 3f, out, 0, x.length));
    requireSame(
        x, "cap", SCALAR, vectors, (curves, out) -> curves.softCap(x, 0, 30f, out, 0, x.length));
    requireSame(
        x,
        "xielu",
        SCALAR,
        vectors,
        (curves, out) -> curves.xielu(x, 0, 0.8f, 1.3f, 0.5f, -1e-6f, out, 0, x.length));
  }

  @Test
  void xieluIsItsDefinition() {
    float[] x = numbers();
    float[] out = new float[x.length];
    SCALAR.xielu(x, 0, 0.8f, 1.3f, 0.5f, -1e-6f, out, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      double v = x[i];
      double bent = v > 0 ? 0.8f * v * v : 1.3f * (Math.expm1(Math.min(v, -1e-6f)) - v);
      double expected = bent + 0.5f * v;
      assertThat((double) out[i])
          .as("" + v)
          // Products of p, x and x, or of n and e^x − 1 − x (1.1 units, a difference, a product),
          // and the sum with b x: five roundings of terms that are no larger than these together.
          .isCloseTo(expected, within(5 * ROUNDING * (2 * Math.abs(v) + v * v)));
    }
  }

  @Test
  void softplusIsItsDefinition() {
    for (float x : numbers()) {
      double expected = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs((double) x)));
      // The exponential (1.1 units), a logarithm within 2 units, and a sum.
      assertThat((double) LogOnePlus.softplus(x))
          .as("" + x)
          .isCloseTo(expected, within((2.2 + 4 + 1) * ROUNDING * expected + 0x1p-126));
    }
  }

  @FunctionalInterface
  private interface Use {
    void of(Curves curves, float[] out);
  }

  private static void requireSame(float[] x, Object name, Curves one, Curves other, Use use) {
    float[] expected = new float[x.length];
    float[] found = new float[x.length];
    use.of(one, expected);
    use.of(other, found);
    for (int i = 0; i < x.length; i++) {
      assertThat(Float.floatToIntBits(found[i]))
          .as("%s of %s: %s and %s", name, x[i], expected[i], found[i])
          .isEqualTo(Float.floatToIntBits(expected[i]));
    }
  }
}
