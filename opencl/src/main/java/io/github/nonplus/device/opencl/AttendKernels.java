package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Attention, a tile of queries at a time.
record AttendKernels(Attend attend, Profile profile) implements OperationKernels {
  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(specialization());
  }

  @Override
  public Optional<String> refusal() {
    return AttendShape.refusal(profile, attend);
  }

  @Override
  public Set<BatchFact> facts() {
    int queries = AttendShape.of(profile, attend).queries();
    return Set.of(new BatchFact.Together(queries, attend.output().rows()));
  }

  @Override
  public long bytes(int tokens) {
    return 4L * attend.slopes().size();
  }

  Specialization specialization() {
    return Specialization.of("attend.cl")
        .with(AttendShape.of(profile, attend).definitions())
        .with(Map.of("MASK", mask()))
        .with("CHUNK", attend.mask() instanceof Mask.Rolling rolling ? rolling.chunk() : 1)
        .with("KEPT", attend.mask().kept())
        .with("SLOPED", attend.slopes().isEmpty() ? 0 : 1)
        .with("CAPPED", attend.softCap() == 0 ? 0 : 1)
        .with("SINKS", attend.sinks() == null ? 0 : 1)
        .with("CHOSEN", attend.chosen() == null ? 0 : attend.chosen().kept())
        .with("BIASED", attend.keyBias() == null ? 0 : 1);
  }

  private String mask() {
    return switch (attend.mask()) {
      case Mask.Causal _ -> "CAUSAL";
      case Mask.Sliding _ -> "SLIDING";
      case Mask.Chunked _ -> "CHUNKED";
      case Mask.Rolling _ -> "ROLLING";
    };
  }

  /// Keys that a mask counts by.
  private int reach() {
    return switch (attend.mask()) {
      case Mask.Causal _ -> 0;
      case Mask.Sliding sliding -> sliding.width();
      case Mask.Chunked chunked -> chunked.size();
      case Mask.Rolling rolling -> rolling.width() - rolling.kept();
    };
  }

  @Override
  public Step prepare(Resources resources) {
    AttendShape shape = AttendShape.of(profile, attend);
    Kernel kernel = resources.kernel(specialization());
    QueryTiles tiles = resources.frame().inputs().tiles(shape.queries(), attend.output().rows());
    Optional<Memory> slopes = slopes(resources);
    Optional<Memory> sinks = attend.findSinks().map(resources.weights()::vector);
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      Elements.view(arguments, frame, attend.query());
      Elements.view(arguments, frame, attend.key());
      Elements.view(arguments, frame, attend.value());
      Elements.view(arguments, frame, attend.output().view());
      arguments
          .memory(tiles.rowsOf())
          .memory(tiles.startsOf())
          .memory(tiles.tiles())
          .real((float) attend.scale())
          .number(attend.headsPerKey())
          .number(reach())
          .memory(slopes.orElse(frame.arena()))
          .real((float) attend.softCap())
          .memory(sinks.orElse(frame.arena()));
      Attend.Chosen chosen = attend.chosen();
      Elements.view(arguments, frame, chosen == null ? attend.key() : chosen.keys());
      arguments.number(chosen == null || chosen.choices() == 1 ? 0 : chosen.kept());
      Elements.view(arguments, frame, attend.keyBias() == null ? attend.key() : attend.keyBias());
      queue.launch(arguments, shape.lanes(), 1, tiles.count(), attend.heads());
    };
  }

  private Optional<Memory> slopes(Resources resources) {
    if (attend.slopes().isEmpty()) {
      return Optional.empty();
    }
    float[] slopes = new float[attend.heads()];
    for (int head = 0; head < slopes.length; head++) {
      slopes[head] = attend.slopes().get(head).floatValue();
    }
    return Optional.of(resources.written(slopes, "the slopes of attention"));
  }
}
