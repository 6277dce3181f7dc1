package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.MatrixForm;
import java.util.Map;
import java.util.stream.Stream;

/// The kernels that read weights, within the limits of a profile, by how the weights are stored.
public record Specializations(Profile profile) {
  Specialization matmul(MatrixForm weight) {
    return product("matmul.cl", weight);
  }

  /// What makes a product's rows ready, if anything must.
  Stream<Specialization> packing(MatrixForm weight) {
    return ProductShape.of(profile, weight).texture() ? Stream.of(pack()) : Stream.empty();
  }

  static Specialization pack() {
    return Elements.kernel("pack.cl");
  }

  Specialization score(MatrixForm head, Score score) {
    return product("score.cl", head)
        .with(definitions(score))
        .with("CHUNK", ScoreStep.tilesPerChunk(ProductShape.of(profile, head)));
  }

  static Specialization join() {
    return Elements.kernel("join.cl");
  }

  Specialization logits(MatrixForm head, Score score) {
    return product("logits.cl", head).with(definitions(score));
  }

  /// What becomes of sums before they are logits.
  private static Map<String, String> definitions(Score score) {
    return Map.of(
        "BIAS", score.head().bias() == null ? "0" : "1",
        "SCALED", score.scale() == 1 ? "0" : "1",
        "CAPPED", score.softCap() == 0 ? "0" : "1");
  }

  private Specialization product(String file, MatrixForm weight) {
    return Specialization.of(file)
        .with(definitions(weight))
        .with(ProductShape.of(profile, weight).definitions(codesPerWord(weight)));
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
