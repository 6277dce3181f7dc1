package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Operations that treat every number by itself. Their kernels take the arena, the views that they
/// read, the one that they write, its width, and what is the operation's own.
record ElementKernels(Specialization kernel, List<View> inputs, View output, Own own)
    implements OperationKernels {
  private static final Own NOTHING = _ -> _ -> {};

  /// An operation's own parameters.
  @FunctionalInterface
  interface Own {
    Consumer<Arguments> of(Resources resources);
  }

  static ElementKernels of(Gate gate) {
    return new ElementKernels(
        activation("gate.cl", gate.activation())
            .with("LIMITED", gate.limit() == 0 ? 0 : 1)
            .with("ONE", gate.gate().width() == gate.output().width() ? 0 : 1),
        List.of(gate.gate(), gate.up()),
        gate.output().view(),
        numbers(gate.limit(), gate.offset()));
  }

  static ElementKernels of(Combine combine) {
    boolean isSum = combine.a() == 1 && combine.b() == 1;
    return new ElementKernels(
        Elements.kernel(isSum ? "add.cl" : "combine.cl"),
        List.of(combine.left(), combine.right()),
        combine.output().view(),
        isSum ? NOTHING : numbers(combine.a(), combine.b()));
  }

  static ElementKernels of(Elementwise elementwise) {
    return switch (elementwise.curve()) {
      case Curve.Activated curve ->
          of(elementwise, activation("activate.cl", curve.activation()), NOTHING);
      case Curve.Clamped curve ->
          of(elementwise, Elements.kernel("clamp.cl"), numbers(curve.limit()));
      case Curve.SoftCapped curve ->
          of(elementwise, Elements.kernel("soft_cap.cl"), numbers(curve.cap()));
      case Curve.Power _ -> of(elementwise, Elements.kernel("power.cl"), NOTHING);
      case Curve.Xielu curve -> of(elementwise, Elements.kernel("xielu.cl"), xielu(curve));
    };
  }

  private static ElementKernels of(Elementwise elementwise, Specialization kernel, Own own) {
    return new ElementKernels(
        kernel, List.of(elementwise.input()), elementwise.output().view(), own);
  }

  /// Columns copied to columns of another buffer.
  static ElementKernels copy(View from, View to) {
    return new ElementKernels(Elements.kernel("copy.cl"), List.of(from), to, NOTHING);
  }

  private static Specialization activation(String file, Activation activation) {
    return Elements.kernel(file).with(Map.of("ACTIVATION", activation.name()));
  }

  private static Own numbers(double... numbers) {
    return _ ->
        arguments -> {
          for (double number : numbers) {
            arguments.real((float) number);
          }
        };
  }

  private static Own xielu(Curve.Xielu curve) {
    return resources -> {
      Curve.Xielu.Numbers numbers =
          curve.numbers(parameter -> resources.weights().values(parameter)[0]);
      return arguments ->
          arguments
              .real(numbers.positive())
              .real(numbers.negative())
              .real(numbers.beta())
              .real(numbers.epsilon());
    };
  }

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(kernel);
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel built = resources.kernel(kernel);
    Consumer<Arguments> rest = own.of(resources);
    int lanes = Elements.lanes(resources.profile());
    return (frame, queue) -> {
      Arguments arguments = built.arguments().memory(frame.arena());
      inputs.forEach(view -> Elements.view(arguments, frame, view));
      Elements.view(arguments, frame, output);
      arguments.number(output.width());
      rest.accept(arguments);
      Elements.launch(queue, arguments, lanes, output.width(), frame.rows(output.buffer()));
    };
  }
}
