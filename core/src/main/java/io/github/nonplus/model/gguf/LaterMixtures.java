package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.EXPERTS;
import static io.github.nonplus.model.gguf.TensorTables.NUMBERED_EXPERTS;
import static io.github.nonplus.model.gguf.TensorTables.PLAIN;
import static io.github.nonplus.model.gguf.TensorTables.SHARED_EXPERTS;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Route;
import java.util.List;
import java.util.Map;

/// Mixtures of experts whose layers see unlike far, or norm whole rows.
final class LaterMixtures {
  private static final int CHUNK = 8192;

  private static final String LLAMA4 =
      """
      model.layers.*.feed_forward.gate_proj                blk.*.ffn_gate
      model.layers.*.feed_forward.up_proj                  blk.*.ffn_up
      model.layers.*.feed_forward.down_proj                blk.*.ffn_down
      model.layers.*.feed_forward.router                   blk.*.ffn_gate_inp
      model.layers.*.feed_forward.experts.#.gate_proj      blk.*.ffn_gate_exps  expert
      model.layers.*.feed_forward.experts.#.up_proj        blk.*.ffn_up_exps    expert
      model.layers.*.feed_forward.experts.#.down_proj      blk.*.ffn_down_exps  expert
      model.layers.*.feed_forward.shared_expert.gate_proj  blk.*.ffn_gate_shexp
      model.layers.*.feed_forward.shared_expert.up_proj    blk.*.ffn_up_shexp
      model.layers.*.feed_forward.shared_expert.down_proj  blk.*.ffn_down_shexp
      """;

  private static final String AFMOE =
      """
      model.layers.*.mlp.router.gate            blk.*.ffn_gate_inp
      model.layers.*.mlp.expert_bias            =blk.*.exp_probs_b.bias
      model.layers.*.self_attn.gate_proj        blk.*.attn_gate
      model.layers.*.post_attention_layernorm   blk.*.post_attention_norm
      model.layers.*.pre_mlp_layernorm          blk.*.ffn_norm
      model.layers.*.post_mlp_layernorm         blk.*.post_ffw_norm
      """;

  static final List<Architecture> ALL =
      List.of(
          rms("llama4", "llama4_text")
              .with(LLAMA4)
              .then(Rotations::whole)
              .then(ExpertSteps.count("num_local_experts"))
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(LaterMixtures::fourth),
          rms("minimax-m2", "minimax_m2")
              .with(NUMBERED_EXPERTS)
              .with(
                  """
                  model.layers.*.block_sparse_moe.e_score_correction_bias  =blk.*.exp_probs_b.bias
                  """)
              .then(Rotations::part)
              .then(ExpertSteps.count("num_local_experts"))
              .then(ExpertSteps::onlyWidth)
              .then(ExpertSteps::sigmoid)
              .then(LaterMixtures::turned),
          rms("afmoe", "afmoe")
              .with(EXPERTS + SHARED_EXPERTS)
              .with(AFMOE)
              .then(Rotations::whole)
              .then(ExpertSteps.count("num_experts"))
              .then(ExpertSteps::width)
              .then(ExpertSteps::sigmoid)
              .then(ExpertSteps.dense("num_dense_layers"))
              .then(LaterMixtures::afmoe),
          rms("exaone-moe", "exaone_moe")
              .with(EXPERTS + SHARED_EXPERTS)
              .with(
                  """
                  model.layers.*.mlp.e_score_correction_bias  =blk.*.exp_probs_b.bias
                  """)
              .then(Rotations::whole)
              .then(ExpertSteps.count("num_experts"))
              .then(ExpertSteps::groups)
              .then(ExpertSteps::width)
              .then(ExpertSteps::weights)
              .then(ExpertSteps::sigmoid)
              .then(ExpertSteps.dense("first_k_dense_replace"))
              .then(LaterMixtures::exaone),
          rms("phimoe", "phimoe")
              .with(NUMBERED_EXPERTS)
              .then(Rotations::whole)
              .then(ExpertSteps.count("num_local_experts"))
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(Steps.noWindow(0, true))
              .then(LaterMixtures::phi));

  private LaterMixtures() {}

  private static Architecture rms(String name, String family) {
    return Architecture.of(name, family, PLAIN).then(Steps::rms);
  }

  /// llama.cpp takes chunks, layers that stand and the growth of queries to be those of the
  /// published models, and those of 128 experts to have no norms of heads.
  private static void fourth(Terms terms) {
    Description file = terms.file();
    if (file.has("attention.sliding_window") && file.size("attention.sliding_window") == 0) {
      throw file.failure(
          "attention.sliding_window is 0, by which llama.cpp turns all layers; that is not implemented");
    }
    Steps.layerTypes(terms, 4);
    terms.json().remove("layer_types");
    if (file.has("attention.sliding_window_pattern")
        && (file.find("attention.sliding_window_pattern").orElseThrow().isArray()
            || file.size("attention.sliding_window_pattern") != 4)) {
      throw file.failure(
          "attention.sliding_window_pattern is not 4, which is all that is implemented for llama4");
    }
    int dense = terms.size("intermediate_size");
    Steps.requireSameBase(file);
    terms
        .put("intermediate_size_mlp", dense)
        .size("intermediate_size", "expert_feed_forward_length")
        .size("interleave_moe_layer_step", "interleave_moe_layer_step")
        .put("use_qk_norm", file.size("expert_count") != 128)
        .put("attention_chunk_size", CHUNK)
        .departing(
            new Departure(
                "attention_chunk_size",
                "attends in chunks of %d tokens, whatever attention_chunk_size says"
                    .formatted(CHUNK),
                true,
                false,
                Map.of("attention_chunk_size", IntNode.valueOf(CHUNK))))
        .departing(
            new Departure(
                "no_rope_layers",
                "turns three of four layers, whatever no_rope_layers says",
                true,
                false,
                Map.of(
                    "no_rope_layers",
                    NullNode.instance,
                    "no_rope_layer_interval",
                    IntNode.valueOf(4))));
  }

  /// The family says how many columns turn, not which part.
  private static void turned(Terms terms) {
    int size = terms.size("head_dim");
    terms.put("rotary_dim", terms.file().findSize("rope.dimension_count").orElse(size));
    terms.json().remove("partial_rotary_factor");
  }

  private static void afmoe(Terms terms) {
    Description file = terms.file();
    terms
        .put("route_norm", file.findFlag("expert_weights_norm").orElse(false))
        .put("route_scale", ExpertSteps.scale(file))
        .size("num_shared_experts", "expert_shared_count")
        .put("mup_enabled", true)
        .departing(
            new Departure(
                "mup_enabled",
                "multiplies what it embeds by the root of the width, whatever mup_enabled says",
                true,
                false,
                Map.of("mup_enabled", BooleanNode.TRUE)))
        .size("sliding_window", "attention.sliding_window");
    if (terms.size("sliding_window") < 1) {
      throw file.failure(
          "attention.sliding_window is %d, expected a number above 0"
              .formatted(terms.size("sliding_window")));
    }
    if (file.has("attention.sliding_window_pattern")) {
      file.forget("attention.sliding_window_pattern");
      return;
    }
    Steps.layerTypes(terms, 4);
    Steps.requireSameBase(file);
  }

  private static void exaone(Terms terms) {
    Description file = terms.file();
    terms
        .size("sliding_window", "attention.sliding_window")
        .put("num_shared_experts", file.findSize("expert_shared_count").orElse(0));
    Steps.layerTypes(terms, 4);
    Steps.requireSameBase(file);
    int width = file.findSize("expert_shared_feed_forward_length").orElse(0);
    long expected = (long) terms.size("num_shared_experts") * terms.size("moe_intermediate_size");
    if (width != 0 && width != expected) {
      throw file.failure(
          "expert_shared_feed_forward_length is %d, expected %d, that of %d experts"
              .formatted(width, expected, terms.size("num_shared_experts")));
    }
  }

  /// llama.cpp computes it as a Phi-3.
  private static void phi(Terms terms) {
    terms
        .ifThere("lm_head_bias", "output.bias")
        .departing(
            Departure.of(
                "rms_norm_eps",
                "divides by the root of the mean square, and subtracts no mean before",
                true,
                true,
                operation ->
                    operation instanceof Norm norm ? norm.withKind(Norm.Kind.RMS) : operation))
        .departing(
            Departure.of(
                "router_jitter_noise",
                "weighs both chosen experts by a softmax, divided by their sum",
                true,
                true,
                operation ->
                    operation instanceof Route route
                        ? route.scoredBy(Route.Scoring.SOFTMAX, Route.Sum.plain())
                        : operation));
  }
}
