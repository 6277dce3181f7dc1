package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.MatrixForm;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Which kernel an operation needs within the limits of a profile. It follows from shapes and from
/// how weights are stored, not from weights, so a library can take the kernels along.
public record Specializations(Profile profile) {
  /// Work-items of a work-group where one element is as good as another.
  static final int ELEMENTS = 64;

  /// All that a program needs.
  ///
  /// @param forms in which each matrix may be stored
  Set<Specialization> of(Program program, Map<String, List<MatrixForm>> forms) {
    Set<Specialization> all = new LinkedHashSet<>();
    for (Operation operation : program.operations()) {
      List<MatrixForm> own =
          operation.parameters().stream()
              .flatMap(parameter -> forms.getOrDefault(parameter.name(), List.of()).stream())
              .distinct()
              .toList();
      of(operation, own).forEach(all::add);
    }
    return all;
  }

  /// @param forms of the operation's matrices
  private Stream<Specialization> of(Operation operation, List<MatrixForm> forms) {
    Settings.require(operation);
    return switch (operation) {
      case Embed _ -> forms.stream().map(this::embed);
      case Norm _ -> Stream.of(norm());
      case MatMul _ ->
          forms.stream().flatMap(form -> Stream.concat(packing(form), Stream.of(matmul(form))));
      case Rotate _ -> Stream.of(rotate());
      case Attend attend -> Stream.of(attend(attend.keySize()));
      case Gate gate -> Stream.of(gate(gate.activation()));
      case Combine _ -> Stream.of(add());
      case SelectRows _ -> Stream.of(select());
      case Elementwise _, Scale _, Concatenate _ -> throw Settings.refusal(operation);
      case Score score -> {
        boolean bias = score.head().bias() != null;
        yield forms.stream()
            .flatMap(
                form ->
                    Stream.concat(
                        packing(form), Stream.of(score(form, bias), join(), logits(form, bias))));
      }
    };
  }

  Specialization embed(MatrixForm table) {
    return elementwise("embed.cl").with(definitions(table));
  }

  Specialization norm() {
    return elementwise("rms_norm.cl").with("LANES", profile.lanes(ELEMENTS));
  }

  Specialization matmul(MatrixForm weight) {
    return product("matmul.cl", weight);
  }

  private Stream<Specialization> packing(MatrixForm weight) {
    return ProductShape.of(profile, weight).texture() ? Stream.of(pack()) : Stream.empty();
  }

  Specialization pack() {
    return elementwise("pack.cl");
  }

  Specialization rotate() {
    return elementwise("rotate.cl");
  }

  Specialization attend(int headSize) {
    return Specialization.of("attend.cl").with(AttendShape.of(profile, headSize).definitions());
  }

  Specialization gate(Activation activation) {
    return elementwise("gate.cl");
  }

  Specialization add() {
    return elementwise("add.cl");
  }

  Specialization select() {
    return elementwise("select.cl");
  }

  Specialization score(MatrixForm head, boolean bias) {
    return product("score.cl", head)
        .with("BIAS", bias ? 1 : 0)
        .with("CHUNK", ScoreStep.tilesPerChunk(ProductShape.of(profile, head)));
  }

  Specialization join() {
    return elementwise("join.cl");
  }

  Specialization logits(MatrixForm head, boolean bias) {
    return product("logits.cl", head).with("BIAS", bias ? 1 : 0);
  }

  private Specialization product(String file, MatrixForm weight) {
    return Specialization.of(file)
        .with(definitions(weight))
        .with(ProductShape.of(profile, weight).definitions(codesPerWord(weight)));
  }

  private static Specialization elementwise(String file) {
    return Specialization.of(file).with("VEC", 1);
  }

  /// Codes of a packed word; tiles of a dense matrix are as deep as if it had 8.
  private static int codesPerWord(MatrixForm form) {
    return switch (form) {
      case MatrixForm.Dense _ -> 8;
      case MatrixForm.Grouped grouped -> grouped.scheme().codesPerWord();
    };
  }

  /// The definitions of weight.cl.
  public static Map<String, String> definitions(MatrixForm form) {
    return switch (form) {
      case MatrixForm.Dense dense -> Map.of("BITS", "0", "FORMAT", format(dense.type()));
      case MatrixForm.Grouped(GroupQuantization scheme, Layout layout, ElementType scales) ->
          Map.of(
              "BITS", Integer.toString(scheme.bits()),
              "GROUP", Integer.toString(scheme.groupSize()),
              "ZERO", Integer.toString(scheme.zeroPoint()),
              "FORMAT", format(scales),
              "KN", layout == Layout.KN ? "1" : "0",
              "ROUND_HALF", scheme.modelType() == ElementType.FLOAT16 ? "1" : "0");
    };
  }

  private static String format(ElementType type) {
    return switch (type) {
      case FLOAT32 -> "0";
      case FLOAT16 -> "1";
      case BFLOAT16 -> "2";
      case UINT32 -> throw new IllegalArgumentException("uint32 is not a floating-point type");
    };
  }
}
