package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.weights.MatrixForm;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// From operations to kernels that keep to the limits of a profile.
public record Lowering(Profile profile) {
  OperationKernels of(Operation operation) {
    return switch (operation) {
      case Embed embed -> new EmbedKernels(embed);
      case Norm norm -> new NormKernels(norm, profile);
      case MatMul matmul -> new ProductKernels(matmul, profile);
      case Rotate rotate -> new RotateKernels(rotate);
      case SelectKeys select -> new SelectKeysKernels(select, profile);
      case Attend attend -> new AttendKernels(attend, profile);
      case Elementwise elementwise -> ElementKernels.of(elementwise);
      case Gate gate -> ElementKernels.of(gate);
      case Combine combine -> ElementKernels.of(combine);
      case Scale scale -> ScaleKernels.of(scale);
      case Adjust adjust -> new AdjustKernels(adjust, profile);
      case FakeQuantize quantize -> new FakeQuantizeKernels(quantize, profile);
      case Concatenate concatenate -> new ConcatenateKernels(concatenate);
      case Convolve convolve -> RecurrenceKernels.of(convolve);
      case Softplus softplus -> RecurrenceKernels.of(softplus);
      case Decay decay -> RecurrenceKernels.of(decay);
      case Scan scan -> ScanKernels.of(scan);
      case Route route -> new RouteKernels(route);
      case Spread spread -> new SpreadKernels(spread);
      case ExpertMatMul experts -> new ExpertKernels(experts, profile);
      case Gather gather -> new GatherKernels(gather);
      case SelectRows select -> new SelectKernels(select);
      case Score score -> new ScoreKernels(score, profile);
    };
  }

  /// All kernels that a program needs.
  ///
  /// @param forms in which each matrix may be stored
  public Set<Specialization> specializations(Program program, Map<String, List<MatrixForm>> forms) {
    Set<Specialization> all = new LinkedHashSet<>();
    for (Operation operation : program.operations()) {
      List<MatrixForm> own =
          operation.parameters().stream()
              .flatMap(parameter -> forms.getOrDefault(parameter.name(), List.of()).stream())
              .distinct()
              .toList();
      of(operation).specializations(own).forEach(all::add);
    }
    return all;
  }

  /// The most columns of rows that are multiplied by a matrix, at least 1.
  int depth(Program program) {
    return program.operations().stream()
        .mapToInt(operation -> of(operation).depth())
        .reduce(1, Math::max);
  }

  /// Why a program cannot be computed within the profile, in a sentence; empty if it can.
  public Optional<String> refusal(Program program) {
    return program.operations().stream()
        .flatMap(
            operation ->
                of(operation).refusal().stream()
                    .map(
                        why ->
                            "the operation '%s' has %s; use --device cpu"
                                .formatted(operation.text(), why)))
        .findFirst();
  }
}
