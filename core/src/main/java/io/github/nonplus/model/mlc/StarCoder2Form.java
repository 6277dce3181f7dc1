package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Activation;

/// StarCoder2 as MLC writes it, with an output layer that is a copy of the embedding if it is none
/// of its own.
final class StarCoder2Form {
  private StarCoder2Form() {}

  static MlcForm form() {
    return TableForm.of(
            "starcoder2",
            Naming.llamaLike("self_attn.wqkv_pack").copied("lm_head", "model.embed_tokens"),
            StarCoder2Form::fields,
            terms ->
                terms
                    .window("max_position_embeddings")
                    .without("use_cache", "bos_token_id", "eos_token_id"))
        .differing(
            model ->
                Differences.of(model)
                    .seeingAll(Evidence.EXECUTED)
                    .activating(Evidence.READ, "hidden_act", Activation.GELU_TANH)
                    .end())
        .unsaid("sliding_window");
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads")
        .stated("num_key_value_heads")
        .statedOr("hidden_act", "gelu_pytorch_tanh")
        .stated("norm_epsilon", "intermediate_size")
        .base("rope_theta")
        .stated("use_bias")
        .statedOr("use_cache", true)
        .statedOr("bos_token_id", 50256)
        .statedOr("eos_token_id", 50256)
        .window(ConfigFields.LARGEST_CHUNK)
        .shards()
        .batch()
        .stated("head_dim")
        .end();
  }
}
