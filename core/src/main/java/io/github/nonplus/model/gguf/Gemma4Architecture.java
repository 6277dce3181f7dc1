package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.ATTENTION;
import static io.github.nonplus.model.gguf.TensorTables.ENDS;
import static io.github.nonplus.model.gguf.TensorTables.FEED_FORWARD;
import static io.github.nonplus.model.gguf.TensorTables.HEAD_NORMS;
import static io.github.nonplus.model.gguf.TensorTables.NORMS_AFTER;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Gemma 4: heads of two sizes, keys and values that later layers share, a small input of each
/// layer's own, and perhaps experts beside each feed-forward layer.
final class Gemma4Architecture {
  private static final String WINDOW = "attention.sliding_window";

  /// A factor that a pair does not turn with.
  private static final double STANDING = 1e30;

  private static final String OWN =
      """
      model.embed_tokens_per_layer                   per_layer_token_embd
      model.per_layer_model_projection               per_layer_model_proj
      model.per_layer_projection_norm                per_layer_proj_norm
      model.layers.*.input_layernorm                 blk.*.attn_norm
      model.layers.*.pre_feedforward_layernorm       blk.*.ffn_norm
      model.layers.*.pre_feedforward_layernorm_2     blk.*.pre_ffw_norm_2
      model.layers.*.post_feedforward_layernorm_1    blk.*.post_ffw_norm_1
      model.layers.*.post_feedforward_layernorm_2    blk.*.post_ffw_norm_2
      model.layers.*.router.proj                     blk.*.ffn_gate_inp
      model.layers.*.router.scale                    =blk.*.ffn_gate_inp.scale
      model.layers.*.router.per_expert_scale         =blk.*.ffn_down_exps.scale
      model.layers.*.experts.#.gate_proj             blk.*.ffn_gate_exps  expert
      model.layers.*.experts.#.up_proj               blk.*.ffn_up_exps    expert
      model.layers.*.experts.#.down_proj             blk.*.ffn_down_exps  expert
      model.layers.*.per_layer_input_gate            blk.*.inp_gate
      model.layers.*.per_layer_projection            blk.*.proj
      model.layers.*.post_per_layer_input_norm       blk.*.post_norm
      model.layers.*.layer_scalar                    =blk.*.layer_output_scale.weight
      """;

  static final List<Architecture> ALL =
      List.of(
          Architecture.of(
                  "gemma4",
                  "gemma4_text",
                  Names.of(OWN, ENDS, ATTENTION, FEED_FORWARD, HEAD_NORMS, NORMS_AFTER))
              .calling("num_experts_per_tok", "top_k_experts")
              .sized(Gemma4Architecture::sizes)
              .then(Steps::rms)
              .then(Gemma4Architecture::rotations)
              .then(Gemma4Architecture::experts));

  private Gemma4Architecture() {}

  private static void sizes(Terms terms) {
    Description file = terms.file();
    Sizing.stream(terms);
    int layers = terms.size("num_hidden_layers");
    terms
        .size("num_attention_heads", "attention.head_count")
        .put("head_dim", same(file, "attention.key_length_swa", "attention.value_length_swa"))
        .put("global_head_dim", same(file, "attention.key_length", "attention.value_length"))
        .size("sliding_window", WINDOW)
        .put("num_kv_shared_layers", file.findSize("attention.shared_kv_layers").orElse(0));
    Steps.layerTypes(terms, 6);
    List<Integer> sliding = layers(terms, "sliding_attention");
    List<Integer> full = layers(terms, "full_attention");
    List<Integer> keyHeads = file.sizes("attention.head_count_kv", layers);
    keyHeads(terms, keyHeads, sliding, full);
    widths(terms, file.sizes("feed_forward_length", layers));
    int side = file.findSize("embedding_length_per_layer_input").orElse(0);
    terms.put("hidden_size_per_layer_input", side);
    if (side > 0) {
      terms.put("vocab_size_per_layer_input", file.rows("per_layer_token_embd.weight"));
    }
    file.findNumber("final_logit_softcapping")
        .filter(cap -> cap != 0)
        .ifPresent(cap -> terms.put("final_logit_softcapping", cap));
  }

  private static int same(Description file, String keys, String values) {
    int size = file.size(keys);
    if (file.findSize(values).orElse(size) != size) {
      throw file.failure(
          "%s is %d and %s %d, expected the same".formatted(keys, size, values, file.size(values)));
    }
    return size;
  }

  private static List<Integer> layers(Terms terms, String type) {
    return IntStream.range(0, terms.size("num_hidden_layers"))
        .filter(layer -> terms.json().path("layer_types").path(layer).asText().equals(type))
        .boxed()
        .toList();
  }

  /// One number for the layers that slide, another for the others, whose keys may be their values.
  private static void keyHeads(
      Terms terms, List<Integer> keyHeads, List<Integer> sliding, List<Integer> full) {
    Description file = terms.file();
    List<Integer> ofSliding = sliding.stream().map(keyHeads::get).distinct().toList();
    List<Integer> ofFull = full.stream().map(keyHeads::get).distinct().toList();
    boolean keysAreValues =
        !full.isEmpty() && !file.hasTensor("blk.%d.attn_v.weight".formatted(full.getFirst()));
    boolean isOne = ofSliding.equals(ofFull) || ofSliding.isEmpty() || ofFull.isEmpty();
    if (ofSliding.size() > 1 || ofFull.size() > 1 || !isOne && !keysAreValues) {
      throw file.failure(
          "attention.head_count_kv is %s, which is not implemented for gemma4".formatted(keyHeads));
    }
    int global = ofFull.isEmpty() ? ofSliding.getFirst() : ofFull.getFirst();
    terms
        .put("num_key_value_heads", ofSliding.isEmpty() ? global : ofSliding.getFirst())
        .put("num_global_key_value_heads", global)
        .put("attention_k_eq_v", keysAreValues);
    int shared = terms.size("num_kv_shared_layers");
    for (int layer = keyHeads.size() - Math.min(shared, keyHeads.size());
        layer < keyHeads.size();
        layer++) {
      for (String each : List.of("attn_k.", "attn_v.", "attn_k_norm.")) {
        terms.leavingOut("blk.%d.%s".formatted(layer, each));
      }
    }
  }

  /// Layers that share keys and values may be twice as wide.
  private static void widths(Terms terms, List<Integer> widths) {
    int width = widths.getFirst();
    int own = widths.size() - terms.size("num_kv_shared_layers");
    boolean doubled = own < widths.size() && widths.getLast() == 2 * width;
    for (int layer = 0; layer < widths.size(); layer++) {
      int expected = doubled && layer >= own ? 2 * width : width;
      if (widths.get(layer) != expected) {
        throw terms
            .file()
            .failure(
                "feed_forward_length is %s, which is not implemented for gemma4".formatted(widths));
      }
    }
    terms.put("intermediate_size", width).put("use_double_wide_mlp", doubled);
  }

  private static void rotations(Terms terms) {
    Description file = terms.file();
    int size = terms.size("global_head_dim");
    int slidingSize = terms.size("head_dim");
    if (file.findSize("rope.dimension_count").orElse(size) != size
        || file.findSize("rope.dimension_count_swa").orElse(slidingSize) != slidingSize) {
      throw file.failure(
          "rope.dimension_count or rope.dimension_count_swa is not the size of a head, which is not implemented for gemma4");
    }
    double base = file.findNumber("rope.freq_base").orElse(10_000.0);
    ObjectNode rotations = terms.json().putObject("rope_parameters");
    rotations
        .putObject("full_attention")
        .put("rope_type", "proportional")
        .put("rope_theta", base)
        .put("partial_rotary_factor", turned(file, size));
    rotations
        .putObject("sliding_attention")
        .put("rope_type", "default")
        .put("rope_theta", file.findNumber("rope.freq_base_swa").orElse(base));
  }

  /// The part of the pairs that turn: others have a factor that stops them.
  private static double turned(Description file, int size) {
    Optional<List<Double>> factors = file.vector("rope_freqs.weight");
    if (factors.isEmpty()) {
      return 1;
    }
    long turning = factors.get().stream().takeWhile(factor -> factor == 1).count();
    boolean others = factors.get().stream().skip(turning).allMatch(f -> f >= (float) STANDING);
    if (factors.get().size() != size / 2 || turning == 0 || !others) {
      throw file.failure(
          "rope_freqs.weight holds %d factors other than 1 for the first and %s for the others, which is not implemented for gemma4"
              .formatted(factors.get().size(), STANDING));
    }
    return (double) turning / factors.get().size();
  }

  private static void experts(Terms terms) {
    boolean has = terms.file().findSize("expert_count").orElse(0) > 0;
    terms.put("enable_moe_block", has);
    if (has) {
      ExpertSteps.count("num_experts").accept(terms);
      ExpertSteps.width(terms);
    }
  }
}
