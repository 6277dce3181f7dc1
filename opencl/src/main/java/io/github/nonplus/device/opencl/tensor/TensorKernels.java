package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.Specializations;
import io.github.nonplus.device.opencl.TensorCores;
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
import java.util.Set;
import java.util.stream.Stream;

/// Which kernels an operation needs. It follows from shapes and from how weights are stored, not
/// from weights, so a library can take the kernels along.
public final class TensorKernels {
  static final int NORM_LANES = 128;

  private TensorKernels() {}

  /// All that a program needs.
  ///
  /// @param cores that are to compute it
  /// @param forms in which each matrix may be stored
  public static Set<Specialization> of(
      TensorCores cores, Program program, Map<String, List<MatrixForm>> forms) {
    Set<Specialization> all = new LinkedHashSet<>();
    for (Stage stage : Stage.of(program)) {
      List<MatrixForm> own =
          stage.operation().parameters().stream()
              .flatMap(parameter -> forms.getOrDefault(parameter.name(), List.of()).stream())
              .distinct()
              .toList();
      of(cores, stage, own).forEach(all::add);
    }
    return all;
  }

  private static Stream<Specialization> of(TensorCores cores, Stage stage, List<MatrixForm> forms) {
    return switch (stage.operation()) {
      case Embed _ -> forms.stream().map(TensorKernels::embed);
      case Norm norm -> Stream.of(norm(norm.output().width()));
      case MatMul _ when stage.gate() != null ->
          Stream.concat(forms.stream().map(form -> expansion(form, 1)), Stream.of(gate(cores)));
      case MatMul _ ->
          Stream.concat(
              forms.stream().map(form -> expansion(form, 0)),
              Stream.of(add(cores), store(cores, stage.rotations())));
      case Rotate _ -> Stream.of(rotate());
      case Attend attend -> Stream.of(attend(cores, attend.keySize()));
      case Combine _ -> Stream.of(sum());
      case SelectRows _ -> Stream.of(select());
      case Score _ ->
          Stream.concat(
              forms.stream().map(form -> expansion(form, 0)),
              Stream.of(score(cores), join(), add(cores)));
      case Gate _,
          Elementwise _,
          Scale _,
          Adjust _,
          FakeQuantize _,
          Concatenate _,
          Convolve _,
          Softplus _,
          Decay _,
          Scan _,
          Route _,
          Spread _,
          ExpertMatMul _,
          Gather _,
          SelectKeys _ ->
          throw new IllegalStateException("no kernel for " + stage.operation().text());
    };
  }

  static Specialization embed(MatrixForm table) {
    return elementwise("pooled_embed.cl").with(Specializations.definitions(table));
  }

  static Specialization norm(int width) {
    return elementwise("tile_norm.cl").with("LANES", NORM_LANES).with("WIDTH", width);
  }

  /// @param spread 1 for one of two matrices that take turns in the tiles
  static Specialization expansion(MatrixForm weight, int spread) {
    return elementwise("tile_weight.cl")
        .with(Specializations.definitions(weight))
        .with("SPREAD", spread);
  }

  static Specialization rotate() {
    return elementwise("half_rotate.cl");
  }

  static Specialization attend(TensorCores cores, int headSize) {
    return cores.kernel("attend_" + headSize);
  }

  static Specialization gate(TensorCores cores) {
    return cores.kernel("gate");
  }

  static Specialization add(TensorCores cores) {
    return cores.kernel("add");
  }

  /// @param rotations of the heads before they are stored
  static Specialization store(TensorCores cores, List<Rotate> rotations) {
    return cores.kernel(rotations.isEmpty() ? "store" : "store_" + rotations.getFirst().headSize());
  }

  static Specialization score(TensorCores cores) {
    return cores.kernel("score");
  }

  static Specialization join() {
    return elementwise("join.cl");
  }

  static Specialization sum() {
    return elementwise("add.cl");
  }

  static Specialization select() {
    return elementwise("select.cl");
  }

  private static Specialization elementwise(String file) {
    return Specialization.of(file).with("VEC", 1);
  }
}
