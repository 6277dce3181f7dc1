package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.NEIGHBOURS;
import static io.github.nonplus.model.gguf.TensorTables.PLAIN;

import java.util.List;

/// Recurrent architectures, and hybrids of recurrences or short convolutions with attention.
final class RecurrentArchitectures {
  private static final Names LFM2 =
      Names.of(
          """
          model.embed_tokens                     token_embd
          model.embedding_norm                   token_embd_norm
          lm_head                                output
          model.layers.*.operator_norm           blk.*.attn_norm
          model.layers.*.ffn_norm                blk.*.ffn_norm
          model.layers.*.conv.conv               blk.*.shortconv.conv
          model.layers.*.conv.in_proj            blk.*.shortconv.in_proj
          model.layers.*.conv.out_proj           blk.*.shortconv.out_proj
          model.layers.*.self_attn.q_proj        blk.*.attn_q
          model.layers.*.self_attn.k_proj        blk.*.attn_k
          model.layers.*.self_attn.v_proj        blk.*.attn_v
          model.layers.*.self_attn.out_proj      blk.*.attn_output
          model.layers.*.self_attn.q_layernorm   blk.*.attn_q_norm
          model.layers.*.self_attn.k_layernorm   blk.*.attn_k_norm
          model.layers.*.feed_forward.w1         blk.*.ffn_gate
          model.layers.*.feed_forward.w3         blk.*.ffn_up
          model.layers.*.feed_forward.w2         blk.*.ffn_down
          model.layers.*.feed_forward.gate         blk.*.ffn_gate_inp
          model.layers.*.feed_forward.expert_bias  =blk.*.exp_probs_b.bias
          model.layers.*.feed_forward.experts.#.w1 blk.*.ffn_gate_exps  expert
          model.layers.*.feed_forward.experts.#.w3 blk.*.ffn_up_exps    expert
          model.layers.*.feed_forward.experts.#.w2 blk.*.ffn_down_exps  expert
          """);

  private static final Names MAMBA =
      Names.of(
          """
          backbone.embeddings          token_embd
          backbone.norm_f              output_norm
          lm_head                      output
          backbone.layers.*.norm       blk.*.attn_norm
          """,
          TensorTables.space("backbone.layers.*.mixer."));

  private static final String JAMBA =
      """
      model.final_layernorm                            output_norm
      model.layers.*.pre_ff_layernorm                  blk.*.ffn_norm
      model.layers.*.mamba.dt_layernorm                blk.*.ssm_dt_norm
      model.layers.*.mamba.b_layernorm                 blk.*.ssm_b_norm
      model.layers.*.mamba.c_layernorm                 blk.*.ssm_c_norm
      model.layers.*.feed_forward.router               blk.*.ffn_gate_inp
      model.layers.*.feed_forward.experts.#.gate_proj  blk.*.ffn_gate_exps  expert
      model.layers.*.feed_forward.experts.#.up_proj    blk.*.ffn_up_exps    expert
      model.layers.*.feed_forward.experts.#.down_proj  blk.*.ffn_down_exps  expert
      model.layers.*.feed_forward.gate_proj            blk.*.ffn_gate
      model.layers.*.feed_forward.up_proj              blk.*.ffn_up
      model.layers.*.feed_forward.down_proj            blk.*.ffn_down
      """;

  private static final String GRANITE =
      """
      model.layers.*.block_sparse_moe.router.layer  blk.*.ffn_gate_inp
      model.layers.*.block_sparse_moe.#.gate        blk.*.ffn_gate_exps  expert
      model.layers.*.block_sparse_moe.#.up          blk.*.ffn_up_exps    expert
      model.layers.*.block_sparse_moe.#.down        blk.*.ffn_down_exps  expert
      model.layers.*.shared_mlp.gate_proj           blk.*.ffn_gate       shared
      model.layers.*.shared_mlp.up_proj             blk.*.ffn_up         shared
      model.layers.*.shared_mlp.output_linear       blk.*.ffn_down       shared
      """;

  /// Stored as a Granite.
  private static final String BAMBA =
      """
      model.final_layernorm                  output_norm
      model.layers.*.pre_ff_layernorm        blk.*.ffn_norm
      model.layers.*.feed_forward.gate_proj  blk.*.ffn_gate
      model.layers.*.feed_forward.up_proj    blk.*.ffn_up
      model.layers.*.feed_forward.down_proj  blk.*.ffn_down
      """;

  private static final String FALCON_H1 =
      """
      model.final_layernorm                  output_norm
      model.layers.*.pre_ff_layernorm.weight =blk.*.ffn_norm
      model.layers.*.feed_forward.gate_proj  blk.*.ffn_gate
      model.layers.*.feed_forward.up_proj    blk.*.ffn_up
      model.layers.*.feed_forward.down_proj  blk.*.ffn_down
      """;

  /// What the converter takes into the weights.
  private static final List<String> FALCON_MULTIPLIERS =
      List.of(
          "embedding_multiplier",
          "lm_head_multiplier",
          "attention_in_multiplier",
          "attention_out_multiplier",
          "key_multiplier",
          "ssm_in_multiplier",
          "ssm_out_multiplier",
          "mlp_multipliers",
          "ssm_multipliers");

  private static final Names NEMOTRON =
      Names.of(
          """
          backbone.embeddings                                    token_embd
          backbone.norm_f                                        output_norm
          lm_head                                                output
          backbone.layers.*.norm                                 blk.*.attn_norm
          backbone.layers.*.mixer.q_proj                         blk.*.attn_q
          backbone.layers.*.mixer.k_proj                         blk.*.attn_k
          backbone.layers.*.mixer.v_proj                         blk.*.attn_v
          backbone.layers.*.mixer.o_proj                         blk.*.attn_output
          backbone.layers.*.mixer.up_proj                        blk.*.ffn_up
          backbone.layers.*.mixer.down_proj                      blk.*.ffn_down
          backbone.layers.*.mixer.gate                           blk.*.ffn_gate_inp
          backbone.layers.*.mixer.gate.e_score_correction_bias   =blk.*.exp_probs_b.bias
          backbone.layers.*.mixer.experts.#.up_proj              blk.*.ffn_up_exps    expert
          backbone.layers.*.mixer.experts.#.down_proj            blk.*.ffn_down_exps  expert
          backbone.layers.*.mixer.shared_experts.up_proj         blk.*.ffn_up_shexp
          backbone.layers.*.mixer.shared_experts.down_proj       blk.*.ffn_down_shexp
          backbone.layers.*.mixer.fc1_latent_proj                blk.*.ffn_latent_down
          backbone.layers.*.mixer.fc2_latent_proj                blk.*.ffn_latent_up
          """,
          TensorTables.space("backbone.layers.*.mixer."));

  static final List<Architecture> ALL =
      List.of(
          Architecture.of("lfm2", "lfm2", LFM2)
              .sized(terms -> Sizing.hybrid(terms, "full_attention", "conv"))
              .then(Rotations::whole)
              .then(RecurrentArchitectures::shortConvolutions)
              .then(terms -> terms.put("block_auto_adjust_ff_dim", false)),
          Architecture.of("lfm2moe", "lfm2_moe", LFM2)
              .sized(terms -> Sizing.hybrid(terms, "full_attention", "conv"))
              .then(Rotations::whole)
              .then(RecurrentArchitectures::shortConvolutions)
              .then(ExpertSteps.count("num_experts"))
              .then(ExpertSteps::width)
              .then(ExpertSteps::sigmoid)
              .then(ExpertSteps.dense("num_dense_layers"))
              .then(ExpertSteps.divided(true)),
          Architecture.of("mamba", RecurrentArchitectures::mamba, MAMBA)
              .sized(Sizing::withoutHeads)
              .factors()
              .then(StateSpaces::selective),
          Architecture.of("mamba2", "mamba2", MAMBA)
              .sized(Sizing::withoutHeads)
              .factors()
              .then(StateSpaces::second),
          Architecture.of("jamba", "jamba", PLAIN)
              .with(JAMBA + TensorTables.space("model.layers.*.mamba."))
              .sized(terms -> Sizing.hybrid(terms, "attention", "mamba"))
              .factors()
              .then(Steps::rms)
              .then(StateSpaces::jamba),
          Architecture.of("granitehybrid", "granitemoehybrid", NEIGHBOURS)
              .with(GRANITE + BAMBA + TensorTables.space("model.layers.*.mamba."))
              .sized(terms -> Sizing.hybrid(terms, "attention", "mamba"))
              .factors()
              .then(Steps::rms)
              .then(StateSpaces::granite),
          Architecture.of("falcon-h1", "falcon_h1", PLAIN)
              .with(FALCON_H1 + TensorTables.space("model.layers.*.mamba."))
              .factors()
              .folding(FALCON_MULTIPLIERS)
              .then(Steps::rms)
              .then(Rotations::whole)
              .then(StateSpaces::falcon),
          nemotron("nemotron_h"),
          nemotron("nemotron_h_moe"));

  private RecurrentArchitectures() {}

  private static Architecture nemotron(String name) {
    return Architecture.of(name, "nemotron_h", NEMOTRON)
        .sized(terms -> Sizing.hybrid(terms, "attention", "mamba"))
        .factors()
        .then(StateSpaces::nemotron);
  }

  private static String mamba(Description file) {
    return file.findFlag("ssm.dt_b_c_rms").orElse(false) ? "falcon_mamba" : "mamba";
  }

  private static void shortConvolutions(Terms terms) {
    terms
        .number("norm_eps", "attention.layer_norm_rms_epsilon")
        .size("intermediate_size", "feed_forward_length")
        .size("conv_L_cache", "shortconv.l_cache")
        .ifThere("conv_bias", "blk.0.shortconv.conv.bias");
  }
}
