package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Numbers as codes and back, a work-group for each group of columns of each row.
record FakeQuantizeKernels(FakeQuantize quantize, Profile profile) implements OperationKernels {
  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(specialization());
  }

  private Specialization specialization() {
    return Elements.kernel("fake_quantize.cl")
        .with("LANES", Elements.lanes(profile))
        .with("DIGITS", quantize.codes().digits())
        .with("ROUTED", quantize.routed() == null ? 0 : quantize.experts())
        .with("LEAST_EXPONENT", quantize.codes().leastExponent())
        .with(Map.of("LAW", law()));
  }

  private String law() {
    return switch (quantize.scales()) {
      case CodeScales.Stored _ -> "STORED";
      case CodeScales.Largest largest -> largest.up() ? "LARGEST_UP" : "LARGEST";
      case CodeScales.Range _ -> "RANGE";
      case CodeScales.PowerOfTwo _ -> "POWER_OF_TWO";
      case CodeScales.Local _ -> "LOCAL";
    };
  }

  @Override
  public long bytes(int tokens) {
    return quantize.routed() == null ? 0 : 8L * quantize.experts();
  }

  @Override
  public Set<BatchFact> facts() {
    return quantize.routed() == null ? Set.of() : Set.of(groups());
  }

  private BatchFact.Groups groups() {
    return SpreadKernels.fact(quantize.routed().routing().width() / 2); // as Route.width says
  }

  /// The two numbers of the law for rows of one expert, as the kernel names them.
  private float[] numbers(int expert, Resources resources) {
    List<Parameter> parameters = quantize.parameters(expert);
    float[] stored = new float[parameters.size()];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = resources.weights().values(parameters.get(i))[0];
    }
    CodeNumbers codes = quantize.codes();
    return switch (quantize.scales()) {
      case CodeScales.Stored law -> {
        CodeScales.Pair pair = law.of(0, 0, codes, stored);
        yield new float[] {pair.scale(), pair.zero()};
      }
      case CodeScales.Largest law -> new float[] {(float) law.divisor(), 0};
      case CodeScales.Range _ -> new float[2];
      case CodeScales.PowerOfTwo law -> new float[] {law.offset(), 0};
      case CodeScales.Local law ->
          new float[] {codes.most(), law.reciprocal() ? stored[0] : 1 / stored[0]};
    };
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel kernel = resources.kernel(specialization());
    int lanes = Elements.lanes(profile);
    boolean routed = quantize.routed() != null;
    float[] numbers = new float[2 * quantize.experts()];
    for (int expert = 0; expert < quantize.experts(); expert++) {
      System.arraycopy(numbers(expert, resources), 0, numbers, 2 * expert, 2);
    }
    Memory arena = resources.frame().arena();
    Memory ofExperts = routed ? resources.written(numbers, "the scales of experts") : arena;
    Memory starts = routed ? resources.frame().inputs().groups(groups()).starts() : arena;
    int width = quantize.groupWidth();
    int groups = quantize.input().width() / width;
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      Elements.view(arguments, frame, quantize.input());
      Elements.view(arguments, frame, quantize.output().view());
      arguments.number(width).number(groups);
      arguments.real(quantize.codes().least()).real(quantize.codes().most());
      arguments.real(numbers[0]).real(numbers[1]);
      arguments.memory(ofExperts).memory(starts);
      int all = Math.multiplyExact(frame.rows(quantize.output()), groups);
      queue.launch(arguments, lanes, 1, all, 1);
    };
  }
}
