package io.github.nonplus.model.mlc;

import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.family.Sizes;
import io.github.nonplus.model.mlc.StoredParameter.Role;
import java.util.ArrayList;
import java.util.List;

/// The parameters of a Llama in MLC's format: q, k and v stacked, gate and up stacked. Biases,
/// which MLC's Llama lacks, are stacked likewise under the names that the weights have there.
final class LlamaParameters {
  private final FamilyModel model;
  private final List<StoredParameter> parameters = new ArrayList<>();

  private LlamaParameters(FamilyModel model) {
    this.model = model;
  }

  static List<StoredParameter> stored(FamilyModel model) {
    return new LlamaParameters(model).list();
  }

  private List<StoredParameter> list() {
    Sizes sizes = model.sizes();
    Heads heads = sizes.attention();
    int hidden = sizes.hidden();
    int queries = heads.queryWidth();
    int keys = heads.keyWidth();
    int inner = sizes.inner();
    vocabulary("model.embed_tokens.weight", Role.EMBEDDING);
    for (int layer = 0; layer < sizes.layers(); layer++) {
      String at = "model.layers.%d.".formatted(layer);
      boolean bias = model.is("attention_bias");
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
          model.is("mlp_bias"));
      String down = at + "mlp.down_proj";
      linear(down, List.of(down), List.of(hidden), inner, model.is("mlp_bias"));
    }
    norm("model.norm.weight");
    if (!model.is("tie_word_embeddings")) {
      vocabulary("lm_head.weight", Role.OUTPUT_LAYER);
    }
    return List.copyOf(parameters);
  }

  private void vocabulary(String name, Role role) {
    List<Integer> shape = List.of(model.sizes().vocabulary(), model.sizes().hidden());
    parameters.add(new StoredParameter(name, shape, name, role));
  }

  private void norm(String name) {
    parameters.add(new StoredParameter(name, List.of(model.sizes().hidden()), name, Role.PLAIN));
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
