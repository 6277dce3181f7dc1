package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.quantization.GroupFormat;
import io.github.nonplus.weights.MatrixForm;
import io.github.nonplus.weights.Snippet;
import java.util.Map;
import java.util.TreeMap;
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

  /// Products of experts.
  Specialization experts(MatrixForm weight) {
    return Specialization.of("experts.cl")
        .with(definitions(weight))
        .with(ProductShape.ofBuffers(profile).definitions(codesPerWord(weight)));
  }

  /// Codes of a packed word; tiles of other formats are as deep as if they had 8.
  private static int codesPerWord(MatrixForm form) {
    return form.format() instanceof GroupFormat groups ? groups.scheme().codesPerWord() : 8;
  }

  /// The definitions of weight.cl.
  public static Map<String, String> definitions(MatrixForm form) {
    Snippet snippet = form.format().snippet();
    Map<String, String> definitions = new TreeMap<>();
    definitions.put(Specialization.SNIPPET, snippet.name());
    definitions.put("PLANES", Integer.toString(snippet.planes()));
    definitions.put("GATHERED", form.gathered() ? "1" : "0");
    definitions.put("TRANSPOSED", form.transposed() ? "1" : "0");
    snippet.values().forEach((name, value) -> definitions.put(name, value.toString()));
    return definitions;
  }
}
