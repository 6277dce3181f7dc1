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

  private TensorTables() {}
}
