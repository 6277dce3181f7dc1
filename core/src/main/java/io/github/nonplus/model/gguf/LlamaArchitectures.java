package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.NEIGHBOURS;
import static io.github.nonplus.model.gguf.TensorTables.NORMS_AFTER;
import static io.github.nonplus.model.gguf.TensorTables.PLAIN;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.Map;

/// Architectures of Llama's kind: root mean square norms, a gate.
final class LlamaArchitectures {
  private static final String UP_AND_GATE =
      """
      model.layers.*.mlp.gate_up_proj  blk.*.ffn_up
      """;

  static final List<Architecture> ALL =
      List.of(
          llama("llama", "llama")
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(Steps.bias("mlp_bias", "ffn_down"))
              .then(LlamaArchitectures::mistral),
          llama("arcee", "arcee")
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(Steps.bias("mlp_bias", "ffn_down")),
          llama("smollm3", "smollm3")
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(Steps.bias("mlp_bias", "ffn_down"))
              .then(LlamaArchitectures::everyFourth),
          llama("granite", "granite")
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(Steps.bias("mlp_bias", "ffn_down"))
              .then(LlamaArchitectures::multipliers),
          neox("qwen2", file -> file.hasTensor("blk.0.attn_q.bias") ? "qwen2" : "llama")
              .then(LlamaArchitectures::qwenWindow),
          neox("qwen3", _ -> "qwen3").then(Steps.bias("attention_bias", "attn_q")),
          neox("exaone", _ -> "llama"),
          neox("seed_oss", _ -> "seed_oss")
              .with(
                  """
                  model.layers.*.post_attention_layernorm  blk.*.post_attention_norm
                  """)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(Steps.bias("attention_out_bias", "attn_output"))
              .then(Steps.bias("mlp_bias", "ffn_down")),
          neox("hunyuan-dense", _ -> "hunyuan_v1_dense")
              .with(
                  """
                  model.layers.*.self_attn.query_layernorm  blk.*.attn_q_norm
                  model.layers.*.self_attn.key_layernorm    blk.*.attn_k_norm
                  """)
              .then(Steps.bias("attention_bias", "attn_q")),
          neox("ernie4_5", _ -> "ernie4_5").then(Steps.bias("use_bias", "attn_q")),
          neox("olmo2", file -> file.has("attention.sliding_window") ? "olmo3" : "olmo2")
              .with(NORMS_AFTER)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(LlamaArchitectures::olmoWindow),
          neox("exaone4", _ -> "exaone4").with(NORMS_AFTER).then(LlamaArchitectures::exaoneWindow),
          Architecture.of("olmo", "olmo", NEIGHBOURS)
              .then(Rotations::whole)
              .then(LlamaArchitectures::olmo),
          part("phi3", "phi3")
              .with(UP_AND_GATE)
              .with(
                  """
                  model.layers.*.self_attn.qkv_proj  blk.*.attn_qkv
                  """)
              .then(Steps.noWindow(0, true)),
          part("glm4", "glm4")
              .with(UP_AND_GATE)
              .with(
                  """
                  model.layers.*.post_self_attn_layernorm  blk.*.post_attention_norm
                  model.layers.*.post_mlp_layernorm        blk.*.post_ffw_norm
                  """)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(LlamaArchitectures::refuseSections),
          part("chatglm", "glm").with(UP_AND_GATE).then(Steps.bias("attention_bias", "attn_q")));

  private LlamaArchitectures() {}

  private static Architecture llama(String name, String family) {
    return Architecture.of(name, family, NEIGHBOURS).then(Steps::rms).then(Rotations::whole);
  }

  private static Architecture neox(
      String name, java.util.function.Function<Description, String> family) {
    return Architecture.of(name, family, PLAIN).then(Steps::rms).then(Rotations::whole);
  }

  private static Architecture part(String name, String family) {
    return Architecture.of(name, family, PLAIN).then(Steps::rms).then(Rotations::part);
  }

  /// Mistral is stored as a llama.
  private static void mistral(Terms terms) {
    boolean likely = terms.file().title().contains("mistral");
    Steps.noWindow(likely ? 4096 : 0, true).accept(terms);
    terms.json().remove("sliding_window"); // which a llama does not have
  }

  /// Where the biases say that it is a Qwen.
  private static void qwenWindow(Terms terms) {
    Steps.noWindow(0, false).accept(terms);
    if (terms.json().path("model_type").asText().equals("llama")) {
      terms.json().remove("sliding_window");
    }
  }

  private static void everyFourth(Terms terms) {
    terms.departing(
        new Departure(
            "no_rope_layers",
            "turns three of four layers, whatever no_rope_layers says",
            true,
            true,
            Map.of(
                "no_rope_layers",
                NullNode.instance,
                "no_rope_layer_interval",
                IntNode.valueOf(4))));
  }

  private static void multipliers(Terms terms) {
    Description file = terms.file();
    terms
        .number("logits_scaling", "logit_scale")
        .numberIfThere("residual_multiplier", "residual_scale")
        .numberIfThere("embedding_multiplier", "embedding_scale")
        .put(
            "attention_multiplier",
            file.findNumber("attention.scale")
                .filter(scale -> scale != 0)
                .orElse(1 / Math.sqrt(terms.size("head_dim"))));
    if (!file.findFlag("rope.scaling.finetuned").orElse(true)) {
      throw file.failure(
          "granite.rope.scaling.finetuned is false, by which llama.cpp turns no head; that is not"
              + " implemented");
    }
  }

  private static void olmo(Terms terms) {
    double epsilon = terms.file().number("attention.layer_norm_epsilon");
    if (epsilon != 1e-5) {
      throw terms
          .file()
          .failure("olmo.attention.layer_norm_epsilon is %s, expected 1.0E-5".formatted(epsilon));
    }
    terms
        .file()
        .findNumber("attention.clamp_kqv")
        .filter(clip -> clip != 0)
        .ifPresent(clip -> terms.put("clip_qkv", clip));
  }

  private static void olmoWindow(Terms terms) {
    Description file = terms.file();
    file.findSize("attention.sliding_window")
        .ifPresent(
            window -> {
              terms.put("sliding_window", window);
              Steps.layerTypes(terms, 4);
            });
    requireSameBase(file);
  }

  /// llama.cpp slides in models of 64 layers only.
  private static void exaoneWindow(Terms terms) {
    Description file = terms.file();
    if (terms.size("num_hidden_layers") == 64) {
      terms.put("sliding_window", file.findSize("attention.sliding_window").orElse(4096));
      Steps.layerTypes(terms, 4);
    } else {
      terms.put("sliding_window_pattern", 0);
      file.find("attention.sliding_window_pattern");
      Steps.noWindow(0, false).accept(terms);
    }
    requireSameBase(file);
  }

  private static void requireSameBase(Description file) {
    double base = file.findNumber("rope.freq_base").orElse(10_000.0);
    double sliding = file.findNumber("rope.freq_base_swa").orElse(base);
    if (sliding != base) {
      throw file.failure(
          "rope.freq_base_swa is %s and rope.freq_base %s, which is not implemented for %s"
              .formatted(sliding, base, file.architecture()));
    }
  }

  private static void refuseSections(Terms terms) {
    if (terms.file().has("rope.dimension_sections")) {
      throw terms
          .file()
          .failure("rope.dimension_sections is there, whose rotation is not implemented");
    }
  }
}
