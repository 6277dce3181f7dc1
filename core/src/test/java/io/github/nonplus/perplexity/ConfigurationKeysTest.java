package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.operand.Parameter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// No key of a configuration is passed over that could change a number.
class ConfigurationKeysTest {
  /// Keys that are read although they change nothing by themselves: each says something that
  /// another key or a tensor says too, or bounds what is asked of the model.
  private static final Set<String> READ_FOR_OTHERS =
      Set.of(
          "max_position_embeddings",
          "n_positions",
          "max_seq_len",
          "model_type",
          "original_max_position_embeddings",
          "max_window_layers",
          "sliding_window",
          "use_sliding_window",
          "sliding_window_pattern",
          "no_rope_layer_interval",
          "head_dim",
          "qk_head_dim",
          "num_kv_heads",
          "num_global_key_value_heads",
          "reorder_and_upcast_attn",
          "attention_types",
          "attention_k_eq_v",
          "pretraining_tp",
          "slow_but_exact",
          "num_ln_in_parallel_attn",
          "num_experts",
          "top_k_experts",
          "moe_intermediate_size",
          "text_config",
          "global_head_dim",
          "vision_config",
          "context_length",
          "model_max_length",
          "block_multiple_of",
          "block_ffn_dim_multiplier",
          "mamba_expand",
          "mamba_norm_before_gate",
          "moe_latent_size",
          "moe_shared_expert_intermediate_size",
          "moe_shared_expert_overlap",
          "n_group",
          "n_routed_experts",
          "n_shared_experts",
          "norm_topk_prob",
          "num_experts_per_tok",
          "routed_scaling_factor",
          "topk_group",
          "global_attn_every_n_layers",
          "num_nextn_predict_layers",
          "moe_layer_end_index",
          "first_k_dense_replace",
          "interleave_moe_layer_step",
          "intermediate_size_mlp",
          "use_double_wide_mlp",
          "vocab_size_per_layer_input");

  /// Keys of layers that a fixture does not have.
  private static final Map<String, Set<String>> WITHOUT_LAYERS =
      Map.of(
          "granitemoehybrid", Set.of("rope_theta"),
          "jamba", Set.of("attn_layer_period"),
          "nemotron-h-moe", Set.of("intermediate_size", "mlp_bias"));

  /// What the tables of other families name, and this one's may not have.
  private static final List<String> FOREIGN =
      List.of(
          "attn_logit_softcapping",
          "final_logit_softcapping",
          "query_pre_attn_scalar",
          "embedding_multiplier",
          "residual_multiplier",
          "attention_multiplier",
          "logits_scaling",
          "logit_scale",
          "clip_qkv",
          "partial_rotary_factor",
          "sliding_window",
          "layer_types",
          "use_parallel_residual",
          "qk_layernorm",
          "scale_emb",
          "num_experts",
          "num_local_experts",
          "no_rope_layers",
          "rope_local_base_freq",
          "alibi");

  static List<String> names() throws IOException {
    return Fixture.names();
  }

  private static ObjectNode config(String name) throws IOException {
    return (ObjectNode)
        new ObjectMapper().readTree(Fixture.named(name).model().resolve("config.json").toFile());
  }

  /// The part of a configuration that describes the text's model; the others' keys are not its.
  private static ObjectNode textOf(ObjectNode config) {
    return config.get("text_config") instanceof ObjectNode text ? text : config;
  }

  /// What is computed, or that it is refused.
  private static String outcome(ObjectNode config) {
    try {
      FamilyModel model = Families.read(new ConfigReader("c", config));
      Program program = model.program(Output.SCORE);
      return program.text()
          + program.parameters().stream().map(Parameter::shape).toList()
          + model.sources().size();
    } catch (ModelException refused) {
      return "refused";
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyKeyChangesTheProgramOrIsRefusedOrIsKnownToBeHarmless(String name) throws IOException {
    ObjectNode config = textOf(config(name));
    String plain = outcome(config);
    assertThat(plain).isNotEqualTo("refused");
    Set<String> passedOver = new TreeSet<>();
    String type = config.get("model_type").asText();
    config
        .deepCopy()
        .properties()
        .forEach(
            field -> {
              ObjectNode changed = config.deepCopy();
              changed.set(field.getKey(), other(field.getValue()));
              if (outcome(changed).equals(plain)
                  && !isHarmless(type, field.getKey(), changed.get(field.getKey()))) {
                passedOver.add(field.getKey());
              }
            });
    passedOver.removeAll(READ_FOR_OTHERS);
    passedOver.removeAll(WITHOUT_LAYERS.getOrDefault(name, Set.of()));
    if (config.has("moe_intermediate_size")) {
      passedOver.remove("intermediate_size"); // of layers without experts, which there may not be
    }
    assertThat(passedOver).as("keys of " + name + " that change nothing").isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void aKeyOfAnotherFamilyChangesTheProgramOrIsRefused(String name) throws IOException {
    ObjectNode config = config(name);
    String plain = outcome(config);
    String type = config.get("model_type").asText();
    for (String key : FOREIGN) {
      ObjectNode changed = config.deepCopy();
      ObjectNode where = changed.get("text_config") instanceof ObjectNode text ? text : changed;
      if (!where.has(key) && !changed.has(key)) {
        where.set(key, IntNode.valueOf(3));
        assertThat(
                !outcome(changed).equals(plain)
                    || isHarmless(type, key, IntNode.valueOf(3))
                    || READ_FOR_OTHERS.contains(key))
            .as(key + " in " + name)
            .isTrue();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void anUnknownKeyIsRefusedByName(String name) throws IOException {
    ObjectNode config = config(name);
    ObjectNode where = textOf(config);
    where.put("temperature_of_the_sun", 5772);
    assertThatThrownBy(() -> Families.read(new ConfigReader("c", config)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("temperature_of_the_sun");
  }

  private static boolean isHarmless(String type, String key, JsonNode value) {
    return HarmlessKeys.of(type).contains(key, value);
  }

  /// A value of the same kind that is another one.
  private static JsonNode other(JsonNode value) {
    if (value.isBoolean()) {
      return BooleanNode.valueOf(!value.booleanValue());
    }
    if (value.isIntegralNumber()) {
      return IntNode.valueOf(value.intValue() + 2);
    }
    if (value.isNumber()) {
      return DoubleNode.valueOf(value.doubleValue() * 2 + 1);
    }
    return value.isTextual() ? TextNode.valueOf(value.asText() + "2") : IntNode.valueOf(3);
  }
}
