package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Recurrences: a work-item walks through a window with its column of the state.
///
/// @param views that the kernel takes, in its order
/// @param kept numbers of a state that a work-item keeps
/// @param bytes of numbers that it keeps on the device
/// @param own the law's own parameters
record ScanKernels(
    Scan scan,
    Specialization kernel,
    List<View> views,
    int kept,
    long bytes,
    ElementKernels.Own own)
    implements OperationKernels {
  /// Numbers of a state that a work-item may have: registers and what spills from them.
  private static final int MOST_KEPT = 1024;

  static ScanKernels of(Scan scan) {
    return switch (scan.law()) {
      case ScanLaw.Memory law -> memory(scan, law);
      case ScanLaw.Selective law ->
          new ScanKernels(
              scan,
              Elements.kernel("scan_selective.cl").with("STATES", law.states()),
              law.views(),
              law.states(),
              4L * law.states() * law.width(),
              resources -> {
                float[] stored = resources.weights().numbers(law.rates());
                Memory factors = resources.written(law.factors(stored), "the rates of decay");
                Memory skip = resources.weights().vector(law.skip());
                return arguments -> arguments.memory(factors).memory(skip);
              });
      case ScanLaw.Gated law ->
          new ScanKernels(
              scan,
              Elements.kernel("scan_gated.cl"),
              law.views(),
              1,
              4L * law.width(),
              resources -> {
                float[] stored = resources.weights().values(law.rates());
                Memory factors = resources.written(law.factors(stored), "the rates of decay");
                return arguments -> arguments.memory(factors);
              });
      case ScanLaw.Weighted law ->
          new ScanKernels(
              scan,
              Elements.kernel("scan_weighted.cl"),
              law.views(),
              3,
              4L * law.width(),
              resources -> {
                float[] stored = resources.weights().values(law.rates());
                Memory factors = resources.written(law.factors(stored), "the rates of decay");
                Memory first = resources.weights().vector(law.first());
                return arguments -> arguments.memory(factors).memory(first);
              });
    };
  }

  private static ScanKernels memory(Scan scan, ScanLaw.Memory law) {
    // Where there is none, the kernel takes some view and does not read it.
    View step = law.step() == null ? law.value() : law.step();
    View decay = law.decay() == null ? law.value() : law.decay();
    String kept = law.decay() == null ? "CONSTANT" : law.decaysByColumn() ? "COLUMN" : "HEAD";
    Map<String, String> definitions =
        Map.of(
            "KEY",
            "" + law.keySize(),
            "VALUE",
            "" + law.valueSize(),
            "SHARED",
            "" + law.headsPerKey(),
            "CORRECTS",
            law.corrects() ? "1" : "0",
            "STEPPED",
            law.step() == null ? "0" : "1",
            "DECAY",
            kept,
            "SKIPPED",
            law.skip() == null ? "0" : "1");
    return new ScanKernels(
        scan,
        Elements.kernel("scan_memory.cl").with(definitions),
        List.of(law.query(), law.key(), law.value(), step, decay),
        law.keySize(),
        4L * law.decays().size(),
        resources -> {
          Memory arena = resources.frame().arena();
          Memory decays = law.decay() != null ? arena : constants(law.decays(), resources);
          Memory skip = law.skip() == null ? arena : resources.weights().vector(law.skip());
          return arguments -> arguments.real((float) law.scale()).memory(decays).memory(skip);
        });
  }

  private static Memory constants(List<Double> decays, Resources resources) {
    float[] numbers = new float[decays.size()];
    for (int head = 0; head < numbers.length; head++) {
      numbers[head] = decays.get(head).floatValue();
    }
    return resources.written(numbers, "the decays of heads");
  }

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(kernel);
  }

  @Override
  public Optional<String> refusal() {
    return kept <= MOST_KEPT
        ? Optional.empty()
        : Optional.of("states of %d numbers a column, at most %d".formatted(kept, MOST_KEPT));
  }

  @Override
  public long bytes(int tokens) {
    return bytes;
  }

  @Override
  public Set<BatchFact> facts() {
    return Set.of(new BatchFact.WindowStarts());
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel built = resources.kernel(kernel);
    Memory starts = resources.frame().inputs().starts();
    Consumer<Arguments> rest = own.of(resources);
    int lanes = Elements.lanes(resources.profile());
    int width = scan.output().width();
    return (frame, queue) -> {
      Arguments arguments = built.arguments().memory(frame.arena());
      views.forEach(view -> Elements.view(arguments, frame, view));
      Elements.view(arguments, frame, scan.output().view());
      arguments.number(width).memory(starts);
      rest.accept(arguments);
      Elements.launch(queue, arguments, lanes, width, frame.batch().windows());
    };
  }
}
