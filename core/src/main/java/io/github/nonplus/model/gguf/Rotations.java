package io.github.nonplus.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/// How llama.cpp turns heads by a file's metadata: the base, the scaling, and factors that it keeps
/// as tensors.
final class Rotations {
  private static final String FACTORS = "rope_freqs.weight";
  private static final String SHORT = "rope_factors_short.weight";
  private static final String LONG = "rope_factors_long.weight";

  private Rotations() {}

  /// Whole heads turn.
  static void whole(Terms terms) {
    turned(terms, 1);
    base(terms);
    scaling(terms);
  }

  /// A part of each head turns.
  static void part(Terms terms) {
    Description file = terms.file();
    int size = terms.size("head_dim");
    int turned = file.findSize("rope.dimension_count").orElse(size);
    if (turned < 1 || turned > size) {
      throw file.failure(
          "%d of the %d columns of a head turn, expected at most all; get the file again"
              .formatted(turned, size));
    }
    terms.put("partial_rotary_factor", (double) turned / size);
    base(terms);
    scaling(terms);
  }

  private static void turned(Terms terms, int ofOne) {
    Description file = terms.file();
    int size = terms.size("head_dim") * ofOne;
    int turned = file.findSize("rope.dimension_count").orElse(size);
    if (turned != size) {
      throw file.failure(
          "%d of the %d columns of a head turn, but only whole heads are implemented for %s"
              .formatted(turned, size, file.architecture()));
    }
  }

  static void base(Terms terms) {
    terms.number("rope_theta", "rope.freq_base", 10_000);
  }

  /// What `rope_scaling` says.
  static void scaling(Terms terms) {
    Description file = terms.file();
    String type = file.findText("rope.scaling.type").orElse("linear");
    double factor =
        file.findNumber("rope.scaling.factor")
            .or(() -> file.findNumber("rope.scale_linear"))
            .orElse(0.0);
    double attention = file.findNumber("rope.scaling.attn_factor").orElse(1.0);
    int original =
        file.findSize("rope.scaling.original_context_length")
            .orElse(terms.size("max_position_embeddings"));
    boolean scales = factor != 0 && factor != 1;
    Optional<List<Double>> factors = file.vector(FACTORS);
    Optional<List<Double>> longFactors = file.vector(LONG);
    boolean isYarn = type.equals("yarn");
    if (!List.of("none", "linear", "yarn", "longrope").contains(type)) {
      throw file.failure(
          "rope.scaling.type is '%s', expected none, linear, yarn or longrope".formatted(type));
    }
    if (factors.isPresent() || longFactors.isPresent()) {
      if (scales && !type.equals("none") || isYarn) {
        throw file.failure(
            "there are factors of the rotation (%s) beside the scaling '%s' by %s, which is not implemented"
                .formatted(factors.isPresent() ? FACTORS : LONG, type, factor));
      }
      List<Double> lower =
          factors.orElseGet(() -> file.vector(SHORT).orElseThrow(() -> missing(file)));
      listed(terms, lower, factors.orElseGet(longFactors::get), original, attention);
    } else if (isYarn && scales) {
      yarn(terms, factor, original, attention);
    } else if (attention != 1) {
      throw file.failure(
          "rope.scaling.attn_factor is %s beside the scaling '%s', which is not implemented"
              .formatted(attention, type));
    } else if (type.equals("linear") && scales) {
      ObjectNode scaling = terms.json().putObject("rope_scaling");
      scaling.put("rope_type", "linear").put("factor", factor);
    }
  }

  private static io.github.nonplus.failure.ModelException missing(Description file) {
    return file.failure("there is no tensor '%s' beside '%s'".formatted(SHORT, LONG));
  }

  private static void yarn(Terms terms, double factor, int original, double attention) {
    Description file = terms.file();
    ObjectNode scaling = terms.json().putObject("rope_scaling");
    scaling
        .put("rope_type", "yarn")
        .put("factor", factor)
        .put("original_max_position_embeddings", original)
        .put("attention_factor", attention * (1 + 0.1 * Math.log(factor)));
    file.findNumber("rope.scaling.yarn_beta_fast").ifPresent(v -> scaling.put("beta_fast", v));
    file.findNumber("rope.scaling.yarn_beta_slow").ifPresent(v -> scaling.put("beta_slow", v));
  }

  /// A factor for each pair, from one list for windows of up to `original` tokens and from another
  /// for longer ones.
  private static void listed(
      Terms terms, List<Double> lower, List<Double> upper, int original, double attention) {
    ObjectNode scaling = terms.json().putObject("rope_scaling");
    scaling
        .put("rope_type", "longrope")
        .put("original_max_position_embeddings", original)
        .put("attention_factor", attention);
    ArrayNode shortFactor = scaling.putArray("short_factor");
    lower.forEach(shortFactor::add);
    ArrayNode longFactor = scaling.putArray("long_factor");
    upper.forEach(longFactor::add);
  }
}
