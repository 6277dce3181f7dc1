package io.github.nonplus.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.nonplus.gguf.Value;
import java.util.Map;
import java.util.function.Consumer;

/// Steps from metadata to a configuration that several architectures share.
final class Steps {
  private static final String PATTERN = "attention.sliding_window_pattern";

  /// What turns windows on in configurations that have it, and is off where it is not there.
  static final String SWITCH = "use_sliding_window";

  private static final Map<String, JsonNode> NO_WINDOW =
      Map.of(
          "sliding_window",
          NullNode.instance,
          "layer_types",
          NullNode.instance,
          SWITCH,
          BooleanNode.FALSE);

  private Steps() {}

  /// Root mean square norms.
  static void rms(Terms terms) {
    terms.number("rms_norm_eps", "attention.layer_norm_rms_epsilon");
  }

  /// Layer norms.
  static void layerNorms(Terms terms) {
    terms.number("layer_norm_eps", "attention.layer_norm_epsilon");
  }

  /// A key that says whether there are biases: those that are there.
  ///
  /// @param name of a layer in the first block, without ending
  static Consumer<Terms> bias(String key, String name) {
    return terms -> terms.ifThere(key, bias(terms.file(), name));
  }

  private static String bias(Description file, String name) {
    String own = "blk.0.%s.bias".formatted(name);
    String fused = "blk.0.attn_qkv.bias";
    return name.equals("attn_q") && !file.hasTensor(own) ? fused : own;
  }

  /// A feed-forward layer of four times the width, which the family does not say.
  static void fourTimes(Terms terms) {
    int inner = terms.size("intermediate_size");
    if (inner != 4 * terms.size("hidden_size")) {
      throw terms
          .file()
          .failure(
              "feed_forward_length is %d, expected four times the embedding_length"
                  .formatted(inner));
    }
    terms.json().remove("intermediate_size");
  }

  /// A window that llama.cpp does not compute in this architecture, whatever the file says.
  ///
  /// @param otherwise tokens of the window that published models are known to have where the file
  ///   says nothing; 0 for none
  static Consumer<Terms> noWindow(int otherwise, boolean executed) {
    return terms -> {
      int window = terms.file().findSize("attention.sliding_window").orElse(otherwise);
      terms.json().putNull("sliding_window");
      terms.departing(
          new Departure(
              "sliding_window",
              window > 0
                  ? "ignores sliding_window, which is %d".formatted(window)
                  : "ignores sliding_window",
              executed,
              window > 0,
              NO_WINDOW));
    };
  }

  /// Which layers slide: by the file's list, or all but each `every`-th.
  static void layerTypes(Terms terms, int every) {
    Description file = terms.file();
    int layers = terms.size("num_hidden_layers");
    ArrayNode types = terms.json().putArray("layer_types");
    Value list = file.find(PATTERN).filter(Value::isArray).orElse(null);
    int pattern = list == null ? file.findSize(PATTERN).orElse(every) : 0;
    if (list != null && list.count() < layers) { // others are of layers after the last
      throw file.failure("%s is %s for %d layers".formatted(PATTERN, list.kind(), layers));
    }
    for (int layer = 0; layer < layers; layer++) {
      boolean slides =
          list != null ? list.flag(layer) : pattern == 0 || layer % pattern < pattern - 1;
      types.add(slides ? "sliding_attention" : "full_attention");
    }
  }

  /// Refuses layers that slide and turn by another base than the others.
  static void requireSameBase(Description file) {
    double base = file.findNumber("rope.freq_base").orElse(10_000.0);
    double sliding = file.findNumber("rope.freq_base_swa").orElse(base);
    if (sliding != base) {
      throw file.failure(
          "rope.freq_base_swa is %s and rope.freq_base %s, which is not implemented for %s"
              .formatted(sliding, base, file.architecture()));
    }
  }

  /// Refuses a rotation of several kinds of positions.
  static void refuseSections(Terms terms) {
    if (terms.file().has("rope.dimension_sections")) {
      throw terms
          .file()
          .failure("rope.dimension_sections is there, whose rotation is not implemented");
    }
  }

  /// Positions of several kinds, which are the same in a text.
  static void passSections(Terms terms) {
    terms.file().pass("rope.dimension_sections");
  }

  /// Takes a size that says that there is none of something.
  static void passZero(Terms terms, String key) {
    if (terms.file().findSize(key).orElse(0) != 0) {
      terms.file().forget(key);
    }
  }
}
