package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Rows of a table, by token or by position.
record EmbedKernels(Embed embed) implements OperationKernels {
  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return forms.stream().map(EmbedKernels::specialization);
  }

  private static Specialization specialization(MatrixForm table) {
    return Elements.kernel("embed.cl").with(Specializations.definitions(table));
  }

  @Override
  public Set<BatchFact> facts() {
    return switch (embed.by()) {
      case TOKEN -> Set.of();
      case POSITION -> Set.of(new BatchFact.OwnPositions());
    };
  }

  @Override
  public Step prepare(Resources resources) {
    DeviceWeight table = resources.weights().matrix(embed.table());
    Kernel kernel = resources.kernel(specialization(table.form()));
    Memory rowsOf =
        switch (embed.by()) {
          case TOKEN -> resources.frame().inputs().ids();
          case POSITION -> resources.frame().inputs().positions();
        };
    int lanes = Elements.lanes(resources.profile());
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena()).memory(rowsOf);
      table.addTo(arguments).number(embed.offset()).real((float) embed.scale());
      Elements.view(arguments, frame, embed.output().view());
      int rows = frame.batch().tokens();
      Elements.launch(queue, arguments, lanes, embed.output().width(), rows);
    };
  }
}
