package io.github.nonplus.model.llama;

import io.github.nonplus.model.StoredParameter;
import io.github.nonplus.model.StoredParameter.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The parameters of a Llama in MLC's format: q, k and v stacked, gate and up stacked. Biases,
/// which MLC's Llama lacks, are stacked likewise under the names that the weights have there.
final class LlamaParameters {
  private final LlamaModel model;
  private final List<StoredParameter> parameters = new ArrayList<>();

  private LlamaParameters(LlamaModel model) {
    this.model = model;
  }

  static List<StoredParameter> stored(LlamaModel model) {
    return new LlamaParameters(model).list();
  }

  private List<StoredParameter> list() {
    LlamaShape shape = model.shape();
    vocabulary("model.embed_tokens.weight", Role.EMBEDDING);
    for (int layer = 0; layer < shape.layers(); layer++) {
      String at = "model.layers.%d.".formatted(layer);
      norm(at + "input_layernorm.weight");
      boolean bias = model.attentionBias();
      int stacked = shape.queryWidth() + 2 * shape.keyWidth();
      linear(
          at + "self_attn.",
          "qkv_proj",
          List.of("q_proj", "k_proj", "v_proj"),
          stacked,
          shape.hidden(),
          bias);
      linear(
          at + "self_attn.", "o_proj", List.of("o_proj"), shape.hidden(), shape.queryWidth(), bias);
      norm(at + "post_attention_layernorm.weight");
      linear(
          at + "mlp.",
          "gate_up_proj",
          List.of("gate_proj", "up_proj"),
          2 * shape.intermediate(),
          shape.hidden(),
          model.mlpBias());
      linear(
          at + "mlp.",
          "down_proj",
          List.of("down_proj"),
          shape.hidden(),
          shape.intermediate(),
          model.mlpBias());
    }
    norm("model.norm.weight");
    if (!model.tied()) {
      vocabulary("lm_head.weight", Role.OUTPUT_LAYER);
    }
    return List.copyOf(parameters);
  }

  private void vocabulary(String name, Role role) {
    List<Integer> shape = List.of(model.shape().vocabulary(), model.shape().hidden());
    parameters.add(new StoredParameter(name, shape, List.of(name), role));
  }

  private void norm(String name) {
    parameters.add(
        new StoredParameter(name, List.of(model.shape().hidden()), List.of(name), Role.PLAIN));
  }

  private void linear(
      String at, String name, List<String> sources, int outputs, int inputs, boolean bias) {
    Stream<String> weights = sources.stream().map(source -> at + source + ".weight");
    parameters.add(
        new StoredParameter(
            at + name + ".weight", List.of(outputs, inputs), weights.toList(), Role.LINEAR));
    if (bias) {
      Stream<String> biases = sources.stream().map(source -> at + source + ".bias");
      parameters.add(
          new StoredParameter(at + name + ".bias", List.of(outputs), biases.toList(), Role.PLAIN));
    }
  }
}
