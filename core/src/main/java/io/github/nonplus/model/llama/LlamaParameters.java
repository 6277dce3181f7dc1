package io.github.nonplus.model.llama;

import io.github.nonplus.model.StoredParameter;
import io.github.nonplus.model.StoredParameter.Role;
import java.util.ArrayList;
import java.util.List;

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
    int hidden = shape.hidden();
    int queries = shape.queryWidth();
    int keys = shape.keyWidth();
    int inner = shape.intermediate();
    vocabulary("model.embed_tokens.weight", Role.EMBEDDING);
    for (int layer = 0; layer < shape.layers(); layer++) {
      String at = "model.layers.%d.".formatted(layer);
      boolean bias = model.attentionBias();
      norm(at + "input_layernorm.weight");
      linear(
          at + "self_attn.qkv_proj",
          List.of(at + "self_attn.q_proj", at + "self_attn.k_proj", at + "self_attn.v_proj"),
          List.of(queries, keys, keys),
          hidden,
          bias);
      String output = at + "self_attn.o_proj";
      linear(output, List.of(output), List.of(hidden), queries, bias);
      norm(at + "post_attention_layernorm.weight");
      linear(
          at + "mlp.gate_up_proj",
          List.of(at + "mlp.gate_proj", at + "mlp.up_proj"),
          List.of(inner, inner),
          hidden,
          model.mlpBias());
      String down = at + "mlp.down_proj";
      linear(down, List.of(down), List.of(hidden), inner, model.mlpBias());
    }
    norm("model.norm.weight");
    if (!model.tied()) {
      vocabulary("lm_head.weight", Role.OUTPUT_LAYER);
    }
    return List.copyOf(parameters);
  }

  private void vocabulary(String name, Role role) {
    List<Integer> shape = List.of(model.shape().vocabulary(), model.shape().hidden());
    parameters.add(new StoredParameter(name, shape, name, role));
  }

  private void norm(String name) {
    parameters.add(new StoredParameter(name, List.of(model.shape().hidden()), name, Role.PLAIN));
  }

  /// @param outputs rows of each source
  private void linear(
      String name, List<String> sources, List<Integer> outputs, int inputs, boolean bias) {
    int rows = outputs.stream().mapToInt(Integer::intValue).sum();
    stack(name, ".weight", List.of(rows, inputs), sources, outputs, Role.LINEAR);
    if (bias) {
      stack(name, ".bias", List.of(rows), sources, outputs, Role.PLAIN);
    }
  }

  private void stack(
      String name,
      String ending,
      List<Integer> shape,
      List<String> sources,
      List<Integer> outputs,
      Role role) {
    List<String> names = sources.stream().map(source -> source + ending).toList();
    parameters.add(new StoredParameter(name + ending, shape, names, outputs, role));
  }
}
