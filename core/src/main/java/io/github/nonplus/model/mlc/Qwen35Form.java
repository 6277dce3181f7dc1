package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The text part of Qwen3.5 as MLC writes it: queries with their gates, keys and values as one, and
/// norms whole.
final class Qwen35Form {
  private static final int LARGEST_CHUNK = 2048;

  private Qwen35Form() {}

  static MlcForm form() {
    return TableForm.of(
            "qwen3_5",
            "qwen3_5_text",
            Naming.llamaLike("self_attn.c_attn")
                .fusedGate()
                .renamed("conv1d.weight", "conv1d_weight")
                .singles(name -> name.endsWith(".A_log") || name.endsWith(".dt_bias"))
                .plusOneInSingle(
                    name ->
                        name.endsWith("norm.weight") && !name.endsWith("linear_attn.norm.weight")),
            Qwen35Form::fields,
            terms -> terms.window("max_position_embeddings"))
        .refusing(Qwen35Form::otherLayers);
  }

  /// Layers of attention elsewhere than where MLC has them.
  private static Optional<String> otherLayers(FamilyModel model) {
    ObjectNode stated = model.configuration();
    int interval = stated.path("full_attention_interval").asInt(4);
    List<String> expected =
        IntStream.range(0, model.sizes().layers())
            .mapToObj(layer -> (layer + 1) % interval == 0 ? "full_attention" : "linear_attention")
            .toList();
    List<String> types =
        IntStream.range(0, stated.path("layer_types").size())
            .mapToObj(layer -> stated.path("layer_types").path(layer).asText())
            .toList();
    return types.isEmpty() || types.equals(expected)
        ? Optional.empty()
        : Optional.of(
            "it has attention in every %dth layer, and layer_types says otherwise"
                .formatted(interval));
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers")
        .stated("num_key_value_heads", "rms_norm_eps", "vocab_size")
        .base("rope_theta")
        .stated("head_dim")
        .statedOr("hidden_act", "silu")
        .stated("attention_bias", "tie_word_embeddings")
        .statedOr("linear_key_head_dim", 128)
        .statedOr("linear_value_head_dim", 128)
        .statedOr("linear_num_key_heads", 16)
        .statedOr("linear_num_value_heads", 32)
        .statedOr("linear_conv_kernel_dim", 4)
        .statedOr("full_attention_interval", 4)
        .put("partial_rotary_factor", model.positions().part())
        .window(LARGEST_CHUNK)
        .shards()
        .statedOr("dtype", "float32")
        .batch()
        .end();
  }
}
