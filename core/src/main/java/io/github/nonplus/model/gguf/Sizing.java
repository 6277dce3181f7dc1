package io.github.nonplus.model.gguf;

/// The sizes that every architecture has.
final class Sizing {
  private Sizing() {}

  static void read(Terms terms) {
    Description file = terms.file();
    refuseExperts(file);
    int hidden = file.size("embedding_length");
    int heads = file.size("attention.head_count");
    if (hidden < 1 || heads < 1) {
      throw file.failure(
          "embedding_length is %d and attention.head_count %d, expected numbers above 0"
              .formatted(hidden, heads));
    }
    terms
        .put("vocab_size", file.rows("token_embd.weight"))
        .put("hidden_size", hidden)
        .put("num_hidden_layers", file.size("block_count"))
        .put("intermediate_size", file.size("feed_forward_length"))
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", file.findSize("attention.head_count_kv").orElse(heads))
        .put("max_position_embeddings", file.size("context_length"))
        .put("tie_word_embeddings", !file.hasTensor("output.weight"))
        .put("head_dim", headSize(file, hidden, heads));
    if (!file.findFlag("attention.causal").orElse(true)) {
      throw file.failure(
          "attention.causal is false: such a model has no perplexity; only true is implemented");
    }
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

  private static void refuseExperts(Description file) {
    int experts = file.findSize("expert_count").orElse(0);
    if (experts > 0) {
      throw file.failure(
          "%s.expert_count is %d: mixtures of experts are not implemented for %s"
              .formatted(file.architecture(), experts, file.architecture()));
    }
  }
}
