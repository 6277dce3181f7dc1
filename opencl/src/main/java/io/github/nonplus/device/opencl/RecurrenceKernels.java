package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What recurrent layers compute of each number by itself, or of it and those before it.
///
/// @param bytes of numbers that it keeps on the device
record RecurrenceKernels(ElementKernels kernels, long bytes, Set<BatchFact> facts)
    implements OperationKernels {
  static RecurrenceKernels of(Convolve convolve) {
    int length = convolve.taps().length();
    boolean hasBias = convolve.bias() != null;
    return new RecurrenceKernels(
        new ElementKernels(
            Elements.kernel("convolve.cl").with("BIAS", hasBias ? 1 : 0),
            List.of(convolve.input()),
            convolve.output().view(),
            resources -> {
              float[] stored = resources.weights().numbers(convolve.taps().parameter());
              Memory taps = resources.written(convolve.taps().of(stored), "the taps");
              Memory bias = hasBias ? resources.weights().vector(convolve.bias()) : taps;
              Memory positions = resources.frame().inputs().positions();
              return arguments ->
                  arguments.memory(taps).number(length).memory(bias).memory(positions);
            }),
        4L * length * convolve.output().width(),
        Set.of(new BatchFact.OwnPositions()));
  }

  static RecurrenceKernels of(Softplus softplus) {
    boolean hasBias = softplus.bias() != null;
    return new RecurrenceKernels(
        new ElementKernels(
            Elements.kernel("softplus.cl").with(Map.of("BIAS", hasBias ? "1" : "0")),
            List.of(softplus.input()),
            softplus.output().view(),
            resources -> {
              Memory bias =
                  hasBias ? resources.weights().vector(softplus.bias()) : resources.frame().arena();
              return arguments ->
                  arguments
                      .memory(bias)
                      .real((float) softplus.least())
                      .real((float) softplus.most());
            }),
        0,
        Set.of());
  }

  static RecurrenceKernels of(Decay decay) {
    return new RecurrenceKernels(
        new ElementKernels(
            Elements.kernel("decay.cl"),
            List.of(decay.input()),
            decay.output().view(),
            resources -> {
              float[] stored = resources.weights().values(decay.rates());
              Memory factors = resources.written(decay.factors(stored), "the rates of decay");
              Consumer<Arguments> own = arguments -> arguments.memory(factors);
              return own;
            }),
        4L * decay.output().width(),
        Set.of());
  }

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return kernels.specializations(forms);
  }

  @Override
  public long bytes(int tokens) {
    return bytes;
  }

  @Override
  public Step prepare(Resources resources) {
    return kernels.prepare(resources);
  }
}
