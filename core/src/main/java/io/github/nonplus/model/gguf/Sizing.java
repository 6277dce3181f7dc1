package io.github.nonplus.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;

/// The sizes of an architecture.
final class Sizing {
  private static final String HEADS = "attention.head_count";
  private static final String KEY_HEADS = "attention.head_count_kv";

  private Sizing() {}

  /// Those of attention and feed-forward layers that are all the same.
  static void read(Terms terms) {
    Description file = terms.file();
    stream(terms);
    int heads = heads(terms, file.size(HEADS));
    terms
        .put("num_key_value_heads", file.findSize(KEY_HEADS).orElse(heads))
        .size("intermediate_size", "feed_forward_length");
  }

  /// Those of a hybrid: layers without heads of keys have another mixer than attention.
  ///
  /// @param attention what the family's `layer_types` call attention
  /// @param other what they call the other mixer
  static void hybrid(Terms terms, String attention, String other) {
    Description file = terms.file();
    stream(terms);
    int layers = terms.size("num_hidden_layers");
    heads(terms, same(file, HEADS, layers));
    List<Integer> keyHeads = file.sizes(KEY_HEADS, layers);
    terms.put("num_key_value_heads", same(file, KEY_HEADS, layers));
    ArrayNode types = terms.json().putArray("layer_types");
    keyHeads.forEach(each -> types.add(each == 0 ? other : attention));
  }

  /// Those of a recurrent model, which has no heads.
  static void withoutHeads(Terms terms) {
    stream(terms);
    List.of(HEADS, KEY_HEADS, "feed_forward_length").forEach(key -> Steps.passZero(terms, key));
  }

  /// What all layers have that have any; 0 if none has.
  static int same(Description file, String key, int layers) {
    List<Integer> others =
        file.sizes(key, layers).stream().filter(each -> each > 0).distinct().toList();
    if (others.size() > 1) {
      throw file.failure(
          "%s is %s: layers of different sizes are not implemented for %s"
              .formatted(key, others, file.architecture()));
    }
    return others.isEmpty() ? 0 : others.getFirst();
  }

  /// Those of the residual stream and of what is before and after the layers.
  static void stream(Terms terms) {
    Description file = terms.file();
    int hidden = file.size("embedding_length");
    if (hidden < 1) {
      throw file.failure("embedding_length is %d, expected a number above 0".formatted(hidden));
    }
    terms
        .put("vocab_size", file.rows("token_embd.weight"))
        .put("hidden_size", hidden)
        .put("num_hidden_layers", layers(terms))
        .put("max_position_embeddings", file.size("context_length"))
        .put("tie_word_embeddings", !file.hasTensor("output.weight"));
    if (!file.findFlag("attention.causal").orElse(true)) {
      throw file.failure(
          "attention.causal is false: such a model has no perplexity; only true is implemented");
    }
  }

  /// Layers after the last predict further tokens than the next.
  private static int layers(Terms terms) {
    Description file = terms.file();
    int all = file.size("block_count");
    int further = file.findSize("nextn_predict_layers").orElse(0);
    if (further > Math.min(all, 100)) {
      throw file.failure("nextn_predict_layers is %d, of %d layers in all".formatted(further, all));
    }
    if (all == further || !file.hasBlock(all - further - 1)) {
      throw file.failure(
          "block_count is %d, but there is no tensor of the last layer; get the file again"
              .formatted(all));
    }
    for (int layer = all - further; layer < all; layer++) {
      terms.leavingOut("blk.%d.".formatted(layer));
    }
    return all - further;
  }

  private static int heads(Terms terms, int heads) {
    Description file = terms.file();
    if (heads < 1) {
      throw file.failure("%s is %d, expected a number above 0".formatted(HEADS, heads));
    }
    terms
        .put("num_attention_heads", heads)
        .put("head_dim", headSize(file, terms.size("hidden_size"), heads));
    return heads;
  }

  private static int headSize(Description file, int hidden, int heads) {
    if (!file.has("attention.key_length") && hidden % heads != 0) {
      throw file.failure(
          "embedding_length %d is no multiple of attention.head_count %d".formatted(hidden, heads));
    }
    int keys = file.findSize("attention.key_length").orElse(hidden / heads);
    int values = file.findSize("attention.value_length").orElse(hidden / heads);
    if (keys != values) {
      throw file.failure(
          "attention.key_length is %d and attention.value_length %d, which is not implemented"
              .formatted(keys, values));
    }
    return keys;
  }

  /// Refuses experts of which no step knew.
  static void refuseExperts(Description file) {
    boolean isKnown = file.wasRead("expert_count");
    int experts = file.findSize("expert_count").orElse(0);
    if (experts > 0 && !isKnown) {
      throw file.failure(
          "%s.expert_count is %d: mixtures of experts are not implemented for %s"
              .formatted(file.architecture(), experts, file.architecture()));
    }
    if (experts == 0) {
      file.pass("expert_used_count");
    }
  }
}
