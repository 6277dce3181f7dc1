package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.CORRECTION;
import static io.github.nonplus.model.gguf.TensorTables.EXPERTS;
import static io.github.nonplus.model.gguf.TensorTables.PLAIN;
import static io.github.nonplus.model.gguf.TensorTables.SHARED_EXPERTS;

import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.operand.Parameter;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Architectures with latent attention.
final class LatentArchitectures {
  private static final String LATENT =
      """
      model.layers.*.self_attn.q_a_proj            blk.*.attn_q_a
      model.layers.*.self_attn.q_a_layernorm       blk.*.attn_q_a_norm
      model.layers.*.self_attn.q_b_proj            blk.*.attn_q_b
      model.layers.*.self_attn.kv_a_proj_with_mqa  blk.*.attn_kv_a_mqa
      model.layers.*.self_attn.kv_a_layernorm      blk.*.attn_kv_a_norm
      model.layers.*.self_attn.kv_b_proj           blk.*.attn_kv_b  latent
      """;

  private static final Predicate<String> LATENT_NORM =
      Pattern.compile("_a_layernorm\\.weight$").asPredicate();

  static final List<Architecture> ALL =
      List.of(
          Architecture.of("deepseek2", LatentArchitectures::deepSeek, PLAIN)
              .with(LATENT + EXPERTS + SHARED_EXPERTS + CORRECTION)
              .sized(LatentArchitectures::sizes)
              .then(Steps::rms)
              .then(Rotations::base)
              .then(LatentArchitectures::scaling)
              .then(ExpertSteps.count("n_routed_experts"))
              .then(ExpertSteps::groups)
              .then(ExpertSteps::width)
              .then(ExpertSteps::weights)
              .then(ExpertSteps.dense("first_k_dense_replace"))
              .then(LatentArchitectures::narrowNorms)
              .then(LatentArchitectures::choice),
          Architecture.of("minicpm3", "minicpm3", PLAIN)
              .with(LATENT)
              .sized(LatentArchitectures::sizes)
              .then(Steps::rms)
              .then(Rotations::base)
              .then(Rotations::scaling)
              .then(LatentArchitectures::narrowNorms)
              .then(LatentArchitectures::miniCpm));

  private LatentArchitectures() {}

  private static String deepSeek(Description file) {
    if (ExpertSteps.isSigmoid(file, false)) {
      return "deepseek_v3";
    }
    boolean divided = file.findFlag("expert_weights_norm").orElse(false);
    return divided || file.findSize("expert_group_count").orElse(0) > 1
        ? "mistral4"
        : "deepseek_v2";
  }

  /// Heads of keys and values, which newer files describe as what they are made of.
  private static void sizes(Terms terms) {
    Description file = terms.file();
    Sizing.stream(terms);
    int heads = file.size("attention.head_count");
    int turned = file.size("rope.dimension_count");
    int keys = either(file, "attention.key_length");
    int values =
        file.has("attention.value_length_mla") || file.has("attention.value_length")
            ? either(file, "attention.value_length")
            : terms.size("hidden_size") / Math.max(heads, 1);
    if (heads < 1 || turned < 2 || turned >= keys || values < 1) {
      throw file.failure(
          "%d heads with keys of %d columns, of which %d turn, and values of %d cannot be"
              .formatted(heads, keys, turned, values));
    }
    boolean isNarrow = file.hasTensor("blk.0.attn_q_a.weight");
    int rows = file.rows(isNarrow ? "blk.0.attn_q_b.weight" : "blk.0.attn_q.weight");
    if ((long) heads * keys != rows) {
      throw file.failure(
          "%d heads of %d columns are not the %d rows of the queries' layer; get the file again"
              .formatted(heads, keys, rows));
    }
    file.findSize("attention.head_count_kv"); // 1 where all heads share the latent rows
    terms
        .size("intermediate_size", "feed_forward_length")
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", heads)
        .put("qk_nope_head_dim", keys - turned)
        .put("qk_rope_head_dim", turned)
        .put("v_head_dim", values)
        .put("head_dim", turned)
        .size("kv_lora_rank", "attention.kv_lora_rank");
    int rank = file.findSize("attention.q_lora_rank").orElse(0);
    if (rank > 0 && isNarrow) { // small models have a plain layer
      terms.put("q_lora_rank", rank);
    }
  }

  private static int either(Description file, String key) {
    int plain = file.findSize(key).orElse(0);
    return file.findSize(key + "_mla").filter(size -> size > 0).orElse(plain);
  }

  /// Scores grow with YaRN's factor, and what turns does not.
  private static void scaling(Terms terms) {
    Description file = terms.file();
    double multiplier = file.findNumber("rope.scaling.yarn_log_multiplier").orElse(0.0);
    Rotations.scaling(terms);
    if (!(terms.json().path("rope_scaling") instanceof ObjectNode scaling)) {
      return;
    }
    boolean isYarn = scaling.path("rope_type").asText().equals("yarn");
    if (isYarn && (multiplier == 0 || file.has("rope.scaling.attn_factor"))) {
      throw file.failure(
          "rope.scaling.type is yarn without a yarn_log_multiplier or with an attn_factor, which is not implemented for deepseek2");
    }
    if (isYarn) {
      scaling
          .put("mscale_all_dim", (double) ((float) multiplier / 0.1f))
          .put("attention_factor", 1.0);
    }
  }

  /// transformers has a number of its own for the norms of narrow layers.
  private static void narrowNorms(Terms terms) {
    double epsilon = terms.file().number("attention.layer_norm_rms_epsilon");
    terms.departing(
        Departure.of(
            "latent_norms",
            "adds %s in the norms of latent layers, too".formatted((float) epsilon),
            true,
            (float) epsilon != 1e-6f,
            operation ->
                operation instanceof Norm norm
                        && norm.findWeight().map(Parameter::name).filter(LATENT_NORM).isPresent()
                    ? norm.withEpsilon(epsilon)
                    : operation));
  }

  private static void choice(Terms terms) {
    terms.put("n_shared_experts", terms.file().findSize("expert_shared_count").orElse(0));
    if (terms.is("mistral4") && terms.json().path("n_group").asInt() > 1) {
      terms.departing(
          new Departure(
              "topk_method",
              "takes a group of experts to be as good as its two best, whatever topk_method says",
              true,
              true,
              Map.of()));
    }
  }

  private static void miniCpm(Terms terms) {
    Map<String, Double> constants =
        Map.of("scale_emb", 12.0, "scale_depth", 1.4, "dim_model_base", 256.0);
    constants.forEach(
        (key, value) ->
            terms
                .put(key, value)
                .departing(
                    new Departure(
                        key,
                        "takes %s, whatever %s says".formatted(value, key),
                        true,
                        false,
                        Map.of(key, DoubleNode.valueOf(value)))));
  }
}
