package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.CORRECTION;
import static io.github.nonplus.model.gguf.TensorTables.EXPERTS;
import static io.github.nonplus.model.gguf.TensorTables.NEIGHBOURS;
import static io.github.nonplus.model.gguf.TensorTables.PLAIN;
import static io.github.nonplus.model.gguf.TensorTables.SHARED_EXPERT;
import static io.github.nonplus.model.gguf.TensorTables.SHARED_EXPERTS;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// Mixtures of experts with ordinary attention.
final class MixtureArchitectures {
  private static final String NORM_BETWEEN =
      """
      model.layers.*.post_attention_layernorm  blk.*.post_attention_norm
      """;

  private static final Names DBRX =
      Names.of(
          """
          transformer.wte                                   token_embd
          transformer.norm_f                                output_norm
          lm_head                                           output
          transformer.blocks.*.norm_attn_norm.norm_1        blk.*.attn_norm
          transformer.blocks.*.norm_attn_norm.attn.Wqkv     blk.*.attn_qkv
          transformer.blocks.*.norm_attn_norm.attn.out_proj blk.*.attn_output
          transformer.blocks.*.norm_attn_norm.norm_2        blk.*.attn_output_norm
          transformer.blocks.*.ffn.router.layer             blk.*.ffn_gate_inp
          transformer.blocks.*.ffn.experts.mlp.#.w1         blk.*.ffn_gate_exps  expert
          transformer.blocks.*.ffn.experts.mlp.#.v1         blk.*.ffn_up_exps    expert
          transformer.blocks.*.ffn.experts.mlp.#.w2         blk.*.ffn_down_exps  expert
          """);

  static final List<Architecture> ALL =
      List.of(
          plain("qwen2moe", "qwen2_moe")
              .with(SHARED_EXPERT)
              .then(ExpertSteps.count("num_experts"))
              .then(ExpertSteps::width)
              .then(ExpertSteps.divided(false))
              .then(Steps.bias("qkv_bias", "attn_q"))
              .then(Steps.noWindow(0, false))
              .then(ExpertSteps::sharedWidth),
          third("qwen3moe"),
          third("qwen3vlmoe")
              .then(Steps::passSections)
              .then(terms -> terms.file().pass("n_deepstack_layers")), // of images
          plain("olmoe", "olmoe")
              .then(ExpertSteps.count("num_experts"))
              .then(ExpertSteps.divided(false))
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(MixtureArchitectures::withoutLimit),
          Architecture.of("gpt-oss", "gpt_oss", PLAIN)
              .with(EXPERTS)
              .with(NORM_BETWEEN)
              .with(
                  """
                  model.layers.*.mlp.router       blk.*.ffn_gate_inp
                  model.layers.*.self_attn.sinks  =blk.*.attn_sinks.weight
                  """)
              .then(Steps::rms)
              .then(ExpertSteps.count("num_local_experts"))
              .then(ExpertSteps::onlyWidth)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(MixtureArchitectures::gptOss),
          Architecture.of("granitemoe", "granitemoe", NEIGHBOURS)
              .with(
                  """
                  model.layers.*.block_sparse_moe.router.layer  blk.*.ffn_gate_inp
                  model.layers.*.block_sparse_moe.#.gate        blk.*.ffn_gate_exps  expert
                  model.layers.*.block_sparse_moe.#.up          blk.*.ffn_up_exps    expert
                  model.layers.*.block_sparse_moe.#.down        blk.*.ffn_down_exps  expert
                  """)
              .then(Steps::rms)
              .then(Rotations::whole)
              .then(ExpertSteps.count("num_local_experts"))
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(LlamaArchitectures::multipliers)
              .then(terms -> Steps.passZero(terms, "expert_shared_feed_forward_length")),
          Architecture.of("dbrx", "dbrx", DBRX)
              .calling(
                  "hidden_size", "d_model",
                  "num_attention_heads", "n_heads",
                  "num_hidden_layers", "n_layers",
                  "max_position_embeddings", "max_seq_len")
              .then(Rotations::whole)
              .then(MixtureArchitectures::dbrx),
          corrected("glm4moe", "glm4_moe")
              .with(NORM_BETWEEN)
              .then(Rotations::part)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(Steps::refuseSections)
              .then(terms -> terms.ifThere("use_qk_norm", "blk.0.attn_q_norm.weight")),
          corrected("dots1", "dots1")
              .then(Rotations::whole)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(Steps.noWindow(0, true)),
          plain("hunyuan-moe", "hunyuan_v1_moe")
              .with(
                  """
                  model.layers.*.self_attn.query_layernorm  blk.*.attn_q_norm
                  model.layers.*.self_attn.key_layernorm    blk.*.attn_k_norm
                  model.layers.*.mlp.gate.wg                blk.*.ffn_gate_inp
                  model.layers.*.mlp.shared_mlp.gate_proj   blk.*.ffn_gate_shexp
                  model.layers.*.mlp.shared_mlp.up_proj     blk.*.ffn_up_shexp
                  model.layers.*.mlp.shared_mlp.down_proj   blk.*.ffn_down_shexp
                  """)
              .calling("num_experts_per_tok", "moe_topk")
              .then(ExpertSteps.count("num_experts"))
              .then(ExpertSteps::onlyWidth)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(MixtureArchitectures::sharedAsWide),
          plain("ernie4_5-moe", "ernie4_5_moe")
              .with(SHARED_EXPERTS)
              .with(
                  """
                  model.layers.*.mlp.correction  =blk.*.exp_probs_b.bias
                  """)
              .calling("num_experts_per_tok", "moe_k")
              .then(ExpertSteps.count("moe_num_experts"))
              .then(ExpertSteps::width)
              .then(ExpertSteps.dense("moe_layer_start_index"))
              .then(Steps.bias("use_bias", "attn_q"))
              .then(MixtureArchitectures::ernie));

  private MixtureArchitectures() {}

  private static Architecture plain(String name, String family) {
    return Architecture.of(name, family, PLAIN)
        .with(EXPERTS)
        .then(Steps::rms)
        .then(Rotations::whole);
  }

  private static Architecture third(String name) {
    return plain(name, "qwen3_moe")
        .then(ExpertSteps.count("num_experts"))
        .then(ExpertSteps::width)
        .then(ExpertSteps.divided(true))
        .then(Steps.bias("attention_bias", "attn_q"))
        .then(Steps.noWindow(0, false));
  }

  /// With scores that are corrected for the choice, and dense layers at the beginning.
  private static Architecture corrected(String name, String family) {
    return Architecture.of(name, family, PLAIN)
        .with(EXPERTS + SHARED_EXPERTS + CORRECTION)
        .then(Steps::rms)
        .then(ExpertSteps.count("n_routed_experts"))
        .then(ExpertSteps::groups)
        .then(ExpertSteps::width)
        .then(ExpertSteps::weights)
        .then(ExpertSteps::sigmoid)
        .then(ExpertSteps.dense("first_k_dense_replace"))
        .then(terms -> terms.size("n_shared_experts", "expert_shared_count"));
  }

  /// The family has one width for experts and the layer beside them.
  private static void sharedAsWide(Terms terms) {
    Description file = terms.file();
    int width = terms.size("intermediate_size");
    int shared = file.findSize("expert_shared_feed_forward_length").orElse(0);
    file.pass("expert_shared_count"); // llama.cpp has one, as wide as that
    if (shared != width) {
      throw file.failure(
          "expert_shared_feed_forward_length is %d, expected %d, the width of an expert"
              .formatted(shared, width));
    }
  }

  private static void withoutLimit(Terms terms) {
    terms.departing(
        new Departure(
            "clip_qkv",
            "does not limit queries, keys and values, whatever clip_qkv says",
            true,
            false,
            Map.of("clip_qkv", NullNode.instance)));
  }

  private static void gptOss(Terms terms) {
    Description file = terms.file();
    terms.size("sliding_window", "attention.sliding_window");
    Steps.layerTypes(terms, 2);
    Steps.requireSameBase(file);
    Rotations.whole(terms);
    if (!terms.json().has("rope_scaling")) {
      terms.json().putObject("rope_scaling").put("rope_type", "default");
    }
    terms.departing(
        new Departure(
            "truncate",
            "rounds the limits of YaRN's ramp to whole pairs, whatever truncate says",
            true,
            true,
            Map.of()));
  }

  private static void dbrx(Terms terms) {
    Description file = terms.file();
    double epsilon = file.number("attention.layer_norm_epsilon");
    if ((float) epsilon != 1e-5f) {
      throw file.failure("attention.layer_norm_epsilon is %s, expected 1.0E-5".formatted(epsilon));
    }
    ObjectNode attention = terms.json().putObject("attn_config");
    attention
        .put("kv_n_heads", terms.size("num_key_value_heads"))
        .put("rope_theta", terms.json().path("rope_theta").doubleValue());
    double clip = file.number("attention.clamp_kqv");
    if (clip > 0) {
      attention.put("clip_qkv", clip);
    }
    terms
        .json()
        .putObject("ffn_config")
        .put("ffn_hidden_size", terms.size("intermediate_size"))
        .put("moe_num_experts", file.size("expert_count"))
        .put("moe_top_k", file.size("expert_used_count"))
        .put("moe_normalize_expert_weights", 1);
    terms
        .json()
        .remove(List.of("intermediate_size", "head_dim", "num_key_value_heads", "rope_theta"));
  }

  private static void ernie(Terms terms) {
    Description file = terms.file();
    int shared = file.findSize("expert_shared_count").orElse(0);
    int width = file.findSize("expert_shared_feed_forward_length").orElse(0);
    if ((long) shared * terms.size("moe_intermediate_size") != width) {
      throw file.failure(
          "expert_shared_feed_forward_length is %d, expected %d times the width of an expert"
              .formatted(width, shared));
    }
    terms
        .put("moe_num_shared_experts", shared)
        .put("moe_layer_interval", file.findSize("interleave_moe_layer_step").orElse(0));
  }
}
