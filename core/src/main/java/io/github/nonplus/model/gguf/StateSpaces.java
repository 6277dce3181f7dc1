package io.github.nonplus.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import io.github.nonplus.model.interpretation.GroupedNorms;
import io.github.nonplus.program.op.Softplus;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Steps of Mamba, Mamba-2 and hybrids with them.
final class StateSpaces {
  private StateSpaces() {}

  /// Mamba and Falcon-Mamba.
  static void selective(Terms terms) {
    Description file = terms.file();
    double epsilon = file.number("attention.layer_norm_rms_epsilon");
    terms
        .put("layer_norm_epsilon", epsilon)
        .size("state_size", "ssm.state_size")
        .size("conv_kernel", "ssm.conv_kernel")
        .size("time_step_rank", "ssm.time_step_rank")
        .size("intermediate_size", "ssm.inner_size")
        .put("expand", expanded(terms))
        .ifThere("use_conv_bias", "blk.0.ssm_conv1d.bias");
    if (terms.is("falcon_mamba")) {
      terms
          .put("mixer_rms_eps", epsilon)
          .departing(
              new Departure(
                  "mixer_rms_eps",
                  "adds %s in all norms, whatever mixer_rms_eps says".formatted((float) epsilon),
                  true,
                  true,
                  Map.of("mixer_rms_eps", DoubleNode.valueOf(epsilon))));
    }
  }

  /// Mamba-2.
  static void second(Terms terms) {
    int heads = heads(terms);
    terms
        .number("layer_norm_epsilon", "attention.layer_norm_rms_epsilon")
        .size("state_size", "ssm.state_size")
        .size("conv_kernel", "ssm.conv_kernel")
        .size("n_groups", "ssm.group_count")
        .put("num_heads", heads)
        .put("head_dim", terms.file().size("ssm.inner_size") / heads)
        .put("expand", expanded(terms))
        .ifThere("use_conv_bias", "blk.0.ssm_conv1d.bias");
    normsGroups(terms, terms.size("n_groups"));
  }

  /// Jamba, whose layers take turns.
  static void jamba(Terms terms) {
    Description file = terms.file();
    List<String> kinds =
        terms.json().path("layer_types").valueStream().map(kind -> kind.asText()).toList();
    terms.json().remove("layer_types");
    turn(terms, "attn_layer", layer -> kinds.get(layer).equals("attention"));
    turn(
        terms,
        "expert_layer",
        layer -> file.hasTensor("blk.%d.ffn_gate_inp.weight".formatted(layer)));
    int experts = file.findSize("expert_count").orElse(0);
    terms
        .size("intermediate_size", "feed_forward_length")
        .put("num_experts", 1)
        .put("num_experts_per_tok", 1)
        .size("mamba_d_state", "ssm.state_size")
        .size("mamba_d_conv", "ssm.conv_kernel")
        .size("mamba_dt_rank", "ssm.time_step_rank")
        .put("mamba_expand", expanded(terms))
        .put("mamba_conv_bias", hasConvolutionBias(terms));
    if (experts > 0) {
      ExpertSteps.count("num_experts").accept(terms);
    }
  }

  /// What the family says as a period and where in it.
  private static void turn(Terms terms, String what, IntPredicate has) {
    int layers = terms.size("num_hidden_layers");
    int[] those = IntStream.range(0, layers).filter(has).toArray();
    int period = those.length > 1 ? those[1] - those[0] : layers + 1;
    int offset = those.length > 0 ? those[0] : layers;
    for (int layer = 0; layer < layers; layer++) {
      if ((layer % period == offset) != has.test(layer)) {
        throw terms
            .file()
            .failure(
                "layer %d is out of the turn of %s, every %d layers from %d on, which is not implemented"
                    .formatted(layer, what, period, offset));
      }
    }
    terms.put(what + "_period", period).put(what + "_offset", offset);
  }

  /// Granite 4 and, without its multipliers, Bamba.
  static void granite(Terms terms) {
    Description file = terms.file();
    int experts = file.findSize("expert_count").orElse(0);
    int dense = file.size("feed_forward_length");
    int shared = file.findSize("expert_shared_feed_forward_length").orElse(0);
    boolean turns = file.findFlag("rope.scaling.finetuned").orElse(true);
    terms
        .put("intermediate_size", dense)
        .put("shared_intermediate_size", experts > 0 ? shared : dense)
        .put("num_local_experts", 0)
        .put("position_embedding_type", turns ? "rope" : "nope")
        .put("logits_scaling", multiplier(file, "logit_scale"))
        .put("residual_multiplier", multiplier(file, "residual_scale"))
        .put("embedding_multiplier", multiplier(file, "embedding_scale"))
        .put(
            "attention_multiplier",
            file.findNumber("attention.scale")
                .filter(scale -> scale != 0)
                .orElse(1 / Math.sqrt(terms.size("head_dim"))))
        .ifThere("attention_bias", "blk.%d.attn_q.bias".formatted(attending(terms)));
    if (turns) {
      Rotations.whole(terms);
    } else {
      List.of("rope.freq_base", "rope.dimension_count").forEach(file::pass);
    }
    if (experts > 0) {
      ExpertSteps.count("num_local_experts").accept(terms);
    }
    hybrid(terms);
    normsGroups(terms, terms.size("mamba_n_groups"));
  }

  private static double multiplier(Description file, String key) {
    return file.findNumber(key).filter(factor -> factor != 0).orElse(1.0);
  }

  private static int attending(Terms terms) {
    List<String> kinds =
        terms.json().path("layer_types").valueStream().map(kind -> kind.asText()).toList();
    return Math.max(0, kinds.indexOf("attention"));
  }

  /// Falcon-H1, whose multipliers the converter takes into the weights.
  static void falcon(Terms terms) {
    hybrid(terms);
    terms
        .size("mamba_d_ssm", "ssm.inner_size")
        .ifThere("mamba_rms_norm", "blk.0.ssm_norm.weight")
        .put("mamba_norm_before_gate", false)
        .departing(
            new Departure(
                "mamba_norm_before_gate",
                "norms after the gate, whatever mamba_norm_before_gate says",
                false,
                false,
                Map.of("mamba_norm_before_gate", BooleanNode.FALSE)));
    terms.json().remove("mamba_expand");
  }

  /// Nemotron-H, whose layers are one thing each.
  static void nemotron(Terms terms) {
    Description file = terms.file();
    int layers = terms.size("num_hidden_layers");
    List<Integer> inner = file.sizes("feed_forward_length", layers);
    boolean hasExperts = file.findSize("expert_count").orElse(0) > 0;
    ArrayNode kinds = terms.json().putArray("layers_block_type");
    for (int layer = 0; layer < layers; layer++) {
      boolean attends = terms.json().path("layer_types").path(layer).asText().equals("attention");
      boolean chooses = file.hasTensor("blk.%d.ffn_gate_inp.weight".formatted(layer));
      kinds.add(
          inner.get(layer) > 0
              ? chooses ? "moe" : "mlp"
              : attends ? "full_attention" : "linear_attention");
    }
    terms.json().remove("layer_types");
    int heads = heads(terms);
    String epsilon = "attention.layer_norm_rms_epsilon";
    terms
        .number("layer_norm_epsilon", file.has(epsilon) ? epsilon : "attention.layer_norm_epsilon")
        .put("intermediate_size", Math.max(1, Sizing.same(file, "feed_forward_length", layers)))
        .put("mamba_num_heads", heads)
        .put("mamba_head_dim", file.size("ssm.inner_size") / heads)
        .size("n_groups", "ssm.group_count")
        .size("ssm_state_size", "ssm.state_size")
        .size("conv_kernel", "ssm.conv_kernel")
        .put("use_conv_bias", hasConvolutionBias(terms));
    List.of("attention.layer_norm_epsilon", "rope.dimension_count", "rope.freq_base")
        .forEach(file::pass);
    file.pass("rope.scaling.finetuned");
    if (hasExperts) {
      ExpertSteps.count("n_routed_experts").accept(terms);
      ExpertSteps.width(terms);
      ExpertSteps.weights(terms);
      ExpertSteps.groups(terms);
      int shared = file.findSize("expert_shared_feed_forward_length").orElse(0);
      terms
          .put("n_shared_experts", shared > 0 ? 1 : 0)
          .put("moe_shared_expert_intermediate_size", Math.max(1, shared));
      file.pass("expert_shared_count"); // one of that width
      file.findSize("moe_latent_size")
          .filter(size -> size > 0)
          .ifPresent(size -> terms.put("moe_latent_size", size));
    }
    terms.departing(
        Departure.of(
            "time_step_min",
            "has no least step, whatever time_step_min says",
            true,
            true,
            operation ->
                operation instanceof Softplus steps
                    ? new Softplus(
                        steps.input(), steps.bias(), 0, Softplus.UNLIMITED, steps.output())
                    : operation));
  }

  /// What `mamba_` keys say.
  private static void hybrid(Terms terms) {
    int heads = heads(terms);
    terms
        .put("mamba_n_heads", heads)
        .put("mamba_d_head", terms.file().size("ssm.inner_size") / heads)
        .size("mamba_n_groups", "ssm.group_count")
        .size("mamba_d_state", "ssm.state_size")
        .size("mamba_d_conv", "ssm.conv_kernel")
        .put("mamba_expand", expanded(terms))
        .put("mamba_conv_bias", hasConvolutionBias(terms));
  }

  private static boolean hasConvolutionBias(Terms terms) {
    for (int layer = 0; layer < terms.size("num_hidden_layers"); layer++) {
      if (terms.file().hasTensor("blk.%d.ssm_conv1d.weight".formatted(layer))) {
        return terms.file().hasTensor("blk.%d.ssm_conv1d.bias".formatted(layer));
      }
    }
    return true;
  }

  private static int heads(Terms terms) {
    int heads = terms.file().size("ssm.time_step_rank");
    int width = terms.file().size("ssm.inner_size");
    if (heads < 1 || width % heads != 0) {
      throw terms
          .file()
          .failure(
              "ssm.inner_size %d is no multiple of ssm.time_step_rank %d, the number of heads"
                  .formatted(width, heads));
    }
    return heads;
  }

  /// How many times as wide as the residual stream; falcon-h1 says the width itself.
  private static int expanded(Terms terms) {
    int hidden = terms.size("hidden_size");
    int width = terms.file().size("ssm.inner_size");
    boolean isFree = terms.is("falcon_h1");
    if (width < 1 || !isFree && width % hidden != 0) {
      throw terms
          .file()
          .failure(
              "ssm.inner_size %d is no multiple of embedding_length %d".formatted(width, hidden));
    }
    return Math.max(1, width / hidden);
  }

  /// llama.cpp norms each group of heads by itself, where transformers norms all of them at once.
  private static void normsGroups(Terms terms, int groups) {
    GroupedNorms norms = GroupedNorms.of(terms.family(), () -> groups).orElseThrow();
    terms.departing(Departure.of(GroupedNorms.NAME, norms.words(), true, groups > 1, norms));
  }
}
