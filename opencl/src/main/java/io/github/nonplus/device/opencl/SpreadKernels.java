package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Where a space of routed rows begins: the rows of each expert are counted, find their places, and
/// are copied there.
record SpreadKernels(Spread spread) implements OperationKernels {
  /// The most experts of a routing.
  static final int MOST_EXPERTS = 1024;

  private static final Specialization COUNT = Elements.kernel("group_count.cl");
  private static final Specialization PLACE = Elements.kernel("group_place.cl");

  static BatchFact.Groups fact(int each) {
    return new BatchFact.Groups(each, MOST_EXPERTS);
  }

  private Specialization copy() {
    return Elements.kernel("spread.cl").with("TAKE", spread.take().ordinal());
  }

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(COUNT, PLACE, copy());
  }

  @Override
  public Set<BatchFact> facts() {
    return Set.of(fact(spread.each()));
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel count = resources.kernel(COUNT);
    Kernel place = resources.kernel(PLACE);
    Kernel copy = resources.kernel(copy());
    RowGroups groups = resources.frame().inputs().groups(fact(spread.each()));
    int lanes = Elements.lanes(resources.profile());
    int width = spread.output().width();
    return (frame, queue) -> {
      int rows = frame.rows(spread.routing().buffer());
      Arguments counted = count.arguments().memory(frame.arena());
      Elements.view(counted, frame, spread.routing());
      counted.number(spread.each()).number(rows).number(MOST_EXPERTS).memory(groups.counts());
      queue.launch(counted, lanes, 1, Math.ceilDiv(MOST_EXPERTS, lanes), 1);
      Arguments placed = place.arguments().memory(frame.arena());
      Elements.view(placed, frame, spread.routing());
      placed.number(spread.each()).number(rows).number(MOST_EXPERTS).memory(groups.counts());
      placed.memory(groups.starts()).memory(groups.order()).memory(groups.places());
      queue.launch(placed, lanes, 1, Math.ceilDiv(MOST_EXPERTS, lanes), 1);
      Arguments copied = copy.arguments().memory(frame.arena());
      Elements.view(copied, frame, spread.input());
      Elements.view(copied, frame, spread.routing());
      Elements.view(copied, frame, spread.output().view());
      copied.number(width).number(spread.each()).memory(groups.order());
      Elements.launch(queue, copied, lanes, width, frame.rows(spread.output()));
    };
  }
}
