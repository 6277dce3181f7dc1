package io.github.nonplus.model.gguf;

/// Tables of names that several architectures share, for [Names].
final class TensorTables {
  /// Embedding, last norm, head.
  static final String ENDS =
      """
      model.embed_tokens  token_embd
      model.norm          output_norm
      lm_head             output
      """;

  /// Norms before the branches.
  static final String NORMS =
      """
      model.layers.*.input_layernorm           blk.*.attn_norm
      model.layers.*.post_attention_layernorm  blk.*.ffn_norm
      """;

  static final String ATTENTION =
      """
      model.layers.*.self_attn.q_proj  blk.*.attn_q
      model.layers.*.self_attn.k_proj  blk.*.attn_k
      model.layers.*.self_attn.v_proj  blk.*.attn_v
      model.layers.*.self_attn.o_proj  blk.*.attn_output
      """;

  /// Queries and keys that llama.cpp turns in neighbours.
  static final String TURNED =
      """
      model.layers.*.self_attn.q_proj  blk.*.attn_q  queries
      model.layers.*.self_attn.k_proj  blk.*.attn_k  keys
      """;

  static final String HEAD_NORMS =
      """
      model.layers.*.self_attn.q_norm  blk.*.attn_q_norm
      model.layers.*.self_attn.k_norm  blk.*.attn_k_norm
      """;

  static final String FEED_FORWARD =
      """
      model.layers.*.mlp.gate_proj  blk.*.ffn_gate
      model.layers.*.mlp.up_proj    blk.*.ffn_up
      model.layers.*.mlp.down_proj  blk.*.ffn_down
      """;

  /// Experts and their router under the usual names.
  static final String EXPERTS =
      """
      model.layers.*.mlp.gate                 blk.*.ffn_gate_inp
      model.layers.*.mlp.experts.#.gate_proj  blk.*.ffn_gate_exps  expert
      model.layers.*.mlp.experts.#.up_proj    blk.*.ffn_up_exps    expert
      model.layers.*.mlp.experts.#.down_proj  blk.*.ffn_down_exps  expert
      """;

  /// The layer beside them.
  static final String SHARED_EXPERTS =
      """
      model.layers.*.mlp.shared_experts.gate_proj  blk.*.ffn_gate_shexp
      model.layers.*.mlp.shared_experts.up_proj    blk.*.ffn_up_shexp
      model.layers.*.mlp.shared_experts.down_proj  blk.*.ffn_down_shexp
      """;

  /// One with a gate beside them.
  static final String SHARED_EXPERT =
      """
      model.layers.*.mlp.shared_expert.gate_proj  blk.*.ffn_gate_shexp
      model.layers.*.mlp.shared_expert.up_proj    blk.*.ffn_up_shexp
      model.layers.*.mlp.shared_expert.down_proj  blk.*.ffn_down_shexp
      model.layers.*.mlp.shared_expert_gate       blk.*.ffn_gate_inp_shexp
      """;

  /// Experts under Mixtral's names.
  static final String NUMBERED_EXPERTS =
      """
      model.layers.*.block_sparse_moe.gate          blk.*.ffn_gate_inp
      model.layers.*.block_sparse_moe.experts.#.w1  blk.*.ffn_gate_exps  expert
      model.layers.*.block_sparse_moe.experts.#.w3  blk.*.ffn_up_exps    expert
      model.layers.*.block_sparse_moe.experts.#.w2  blk.*.ffn_down_exps  expert
      """;

  /// What corrects the choice of experts.
  static final String CORRECTION =
      """
      model.layers.*.mlp.gate.e_score_correction_bias  =blk.*.exp_probs_b.bias
      """;

  /// Norms after the branches.
  static final String NORMS_AFTER =
      """
      model.layers.*.post_attention_layernorm    blk.*.post_attention_norm
      model.layers.*.post_feedforward_layernorm  blk.*.post_ffw_norm
      """;

  /// Llama's and of its like.
  static final Names PLAIN = Names.of(ENDS, NORMS, ATTENTION, FEED_FORWARD, HEAD_NORMS);

  /// The same with queries and keys that turn in neighbours.
  static final Names NEIGHBOURS = PLAIN.with(TURNED);

  /// The tensors of a state space.
  ///
  /// @param at where they are: `model.layers.*.mamba.`
  static String space(String at) {
    return """
        @in_proj   blk.*.ssm_in
        @conv1d    blk.*.ssm_conv1d
        @x_proj    blk.*.ssm_x
        @dt_proj   blk.*.ssm_dt
        @out_proj  blk.*.ssm_out
        @norm      blk.*.ssm_norm  flat
        @A_log     =blk.*.ssm_a
        @D         =blk.*.ssm_d
        @dt_bias   =blk.*.ssm_dt.bias
        """
        .replace("@", at);
  }

  private TensorTables() {}
}
