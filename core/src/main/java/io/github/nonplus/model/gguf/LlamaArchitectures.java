package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.NEIGHBOURS;
import static io.github.nonplus.model.gguf.TensorTables.NORMS_AFTER;
import static io.github.nonplus.model.gguf.TensorTables.PLAIN;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Architectures of Llama's kind: root mean square norms, a gate.
final class LlamaArchitectures {
  private static final String UP_AND_GATE =
      """
      model.layers.*.mlp.gate_up_proj  blk.*.ffn_up
      """;

  static final List<Architecture> ALL =
      List.of(
          llama("llama", LlamaArchitectures::isMixtral)
              .with(TensorTables.NUMBERED_EXPERTS)
              .then(LlamaArchitectures::mistral),
          llama("internlm2", "llama").then(Steps.bias("attention_bias", "attn_q")),
          llama("xverse", "llama"),
          llama("minicpm", "granite").then(LlamaArchitectures::miniCpm),
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
          neox("qwen2vl", _ -> "qwen2")
              .then(Steps::passSections)
              .then(LlamaArchitectures::withEpsilon)
              .then(LlamaArchitectures::qwenWindow),
          neox("qwen3vl", _ -> "qwen3")
              .then(Steps::passSections)
              .then(terms -> terms.file().pass("n_deepstack_layers")) // of images
              .then(Steps.bias("attention_bias", "attn_q")),
          llama("mistral3", LlamaArchitectures::mistral3).then(LlamaArchitectures::grown),
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
              .then(Steps::refuseSections),
          part("chatglm", "glm").with(UP_AND_GATE).then(Steps.bias("attention_bias", "attn_q")));

  private LlamaArchitectures() {}

  private static String mistral3(Description file) {
    return file.findNumber("attention.temperature_scale").orElse(0.0) == 0
        ? "mistral"
        : "ministral3";
  }

  /// Queries that grow with their position, and what YaRN multiplies.
  private static void grown(Terms terms) {
    Description file = terms.file();
    double multiplier = file.findNumber("rope.scaling.yarn_log_multiplier").orElse(0.0);
    terms.json().putNull("sliding_window");
    ObjectNode scaling =
        terms.json().path("rope_scaling") instanceof ObjectNode node
            ? node
            : terms.json().putObject("rope_scaling").put("rope_type", "default");
    if (multiplier != 0 && scaling.path("rope_type").asText().equals("yarn")) {
      double logarithm = 0.1 * Math.log(scaling.path("factor").doubleValue());
      double attention = scaling.path("attention_factor").doubleValue();
      scaling.put("attention_factor", attention / (1 + multiplier * logarithm));
    }
    if (terms.is("ministral3")) {
      int original =
          file.findSize("rope.scaling.original_context_length")
              .orElse(terms.size("max_position_embeddings"));
      scaling
          .put("original_max_position_embeddings", original)
          .put("llama_4_scaling_beta", file.number("attention.temperature_scale"));
    }
  }

  private static Architecture llama(String name, String family) {
    return llama(name, _ -> family);
  }

  private static Architecture llama(String name, Function<Description, String> family) {
    return Architecture.of(name, family, NEIGHBOURS).then(Steps::rms).then(Rotations::whole);
  }

  private static String isMixtral(Description file) {
    return file.findSize("expert_count").orElse(0) > 0 ? "mixtral" : "llama";
  }

  private static Architecture neox(String name, Function<Description, String> family) {
    return Architecture.of(name, family, PLAIN).then(Steps::rms).then(Rotations::whole);
  }

  private static Architecture part(String name, String family) {
    return Architecture.of(name, family, PLAIN).then(Steps::rms).then(Rotations::part);
  }

  /// Mistral and Mixtral are stored as a llama.
  private static void mistral(Terms terms) {
    boolean isMixtral = terms.is("mixtral");
    boolean likely = !isMixtral && terms.file().title().contains("mistral");
    Steps.noWindow(likely ? 4096 : 0, true).accept(terms);
    terms.json().remove("sliding_window"); // which a llama does not have
    if (isMixtral) {
      ExpertSteps.count("num_local_experts").accept(terms);
    } else {
      Steps.bias("attention_bias", "attn_q").accept(terms);
      Steps.bias("mlp_bias", "ffn_down").accept(terms);
    }
  }

  /// Where the biases say that it is a Qwen.
  private static void qwenWindow(Terms terms) {
    Steps.noWindow(0, false).accept(terms);
    if (terms.is("llama")) {
      terms.json().remove("sliding_window");
    }
  }

  private static void withEpsilon(Terms terms) {
    terms.noting(
        "llama.cpp (of llama-cpp-python 0.3.36) adds no epsilon in the norms of qwen2vl, which it does not"
            + " read; here it is that of the file.");
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

  /// llama.cpp computes a Granite, with these multipliers where a file has none.
  private static void miniCpm(Terms terms) {
    terms
        .number("embedding_multiplier", "embedding_scale", 12)
        .number(
            "residual_multiplier",
            "residual_scale",
            1.4 / Math.sqrt(terms.size("num_hidden_layers")))
        .number("logits_scaling", "logit_scale", 256.0 / terms.size("hidden_size"))
        .put("attention_multiplier", 1 / Math.sqrt(terms.size("head_dim")));
  }

  static void multipliers(Terms terms) {
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
    Steps.requireSameBase(file);
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
      Steps.noWindow(0, true).accept(terms);
    }
    Steps.requireSameBase(file);
  }
}
