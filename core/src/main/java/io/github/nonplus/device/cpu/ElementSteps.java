package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.ModelWeights;

/// The operations that treat every number by itself.
final class ElementSteps {
  private ElementSteps() {}

  /// `count` numbers of a strip from `at` on, in the arena, whose results begin at `out`.
  @FunctionalInterface
  private interface Stretch {
    void compute(float[] arena, int at, int out, int count);
  }

  static Step apply(Elementwise elementwise, ModelWeights weights, Kernels kernels) {
    Curves curves = kernels.curves();
    Stretch stretch =
        switch (elementwise.curve()) {
          case Curve.Activated activated ->
              (arena, at, out, count) ->
                  curves.activate(activated.activation(), arena, at, arena, out, count);
          case Curve.Clamped clamped -> {
            float limit = (float) clamped.limit();
            yield (arena, at, out, count) -> curves.clamp(arena, at, limit, arena, out, count);
          }
          case Curve.SoftCapped capped -> {
            float cap = (float) capped.cap();
            yield (arena, at, out, count) -> curves.softCap(arena, at, cap, arena, out, count);
          }
          case Curve.Power _ -> ElementSteps::power;
          case Curve.Xielu xielu -> xielu(xielu, weights, curves);
        };
    return stretches(elementwise.input(), elementwise.output(), stretch);
  }

  /// e^x in float64, rounded once, whatever the kernels.
  private static void power(float[] arena, int at, int out, int count) {
    for (int i = 0; i < count; i++) {
      double x = arena[at + i];
      double power = WideExponential.of(-Math.abs(x));
      arena[out + i] = (float) (x > 0 ? 1 / power : power);
    }
  }

  private static Stretch xielu(Curve.Xielu xielu, ModelWeights weights, Curves curves) {
    Curve.Xielu.Numbers numbers =
        xielu.numbers(parameter -> weights.vector(parameter.name(), 1)[0]);
    return (arena, at, out, count) ->
        curves.xielu(
            arena,
            at,
            numbers.positive(),
            numbers.negative(),
            numbers.beta(),
            numbers.epsilon(),
            arena,
            out,
            count);
  }

  static Step gate(Gate gate, Kernels kernels) {
    if (gate.gate().width() != gate.output().width()) {
      return oneGate(gate, kernels);
    }
    return stretches(
        gate.output(),
        (frame, strip, out, count) ->
            kernels
                .curves()
                .gate(
                    gate,
                    kernels.strips(),
                    frame.arena(),
                    frame.at(gate.gate(), strip),
                    frame.arena(),
                    frame.at(gate.up(), strip),
                    frame.arena(),
                    out,
                    count));
  }

  /// A gate for all columns.
  private static Step oneGate(Gate gate, Kernels kernels) {
    int width = kernels.stripWidth();
    return stretches(
        gate.output(),
        (frame, strip, out, count) -> {
          float[] factors = new float[width];
          float[] arena = frame.arena();
          kernels
              .curves()
              .activate(gate.activation(), arena, frame.at(gate.gate(), strip), factors, 0, width);
          int up = frame.at(gate.up(), strip);
          kernels.strips().scaleTokens(arena, up, count / width, factors, arena, out);
        });
  }

  static Step combine(Combine combine, Kernels kernels) {
    float a = (float) combine.a();
    float b = (float) combine.b();
    boolean isSum = a == 1 && b == 1;
    return stretches(
        combine.output(),
        (frame, strip, out, count) -> {
          float[] arena = frame.arena();
          int left = frame.at(combine.left(), strip);
          int right = frame.at(combine.right(), strip);
          if (isSum) {
            kernels.strips().add(arena, left, arena, right, arena, out, count);
          } else {
            kernels.strips().combine(arena, left, a, arena, right, b, arena, out, count);
          }
        });
  }

  /// A strip of a result, in the arena from `out` on.
  @FunctionalInterface
  private interface Result {
    void compute(Frame frame, int strip, int out, int count);
  }

  private static Step stretches(View input, Buffer output, Stretch stretch) {
    return stretches(
        output,
        (frame, strip, out, count) ->
            stretch.compute(frame.arena(), frame.at(input, strip), out, count));
  }

  private static Step stretches(Buffer output, Result result) {
    return RowSteps.strips(
        output,
        (frame, _, strip) ->
            result.compute(
                frame,
                strip,
                frame.at(output.view(), strip),
                output.width() * frame.layout().width()));
  }
}
