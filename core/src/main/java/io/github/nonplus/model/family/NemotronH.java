package io.github.nonplus.model.family;

import io.github.nonplus.model.ActivationNames;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.ExpertLayers;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Experts;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// Nemotron-H: one branch a layer, which is a state space, attention without positions, a
/// feed-forward layer, or experts.
final class NemotronH implements Family {
  private static final Map<String, String> NAMES = Map.of("rms_norm_eps", "layer_norm_epsilon");

  private static final String SPACE = "linear_attention";
  private static final String ATTENTION = MixerKinds.FULL;
  private static final String FEED_FORWARD = "mlp";
  private static final String EXPERTS = "moe";

  /// What experts are set by, in files whose layers have none.
  private static final List<String> OF_EXPERTS =
      List.of(
          "moe_intermediate_size",
          "moe_latent_size",
          "moe_shared_expert_intermediate_size",
          "moe_shared_expert_overlap",
          "n_group",
          "n_routed_experts",
          "n_shared_experts",
          "norm_topk_prob",
          "num_experts_per_tok",
          "routed_scaling_factor",
          "topk_group");

  @Override
  public List<String> names() {
    return List.of("nemotron_h");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    int hidden = config.requiredInt("hidden_size", 1);
    int inner = config.requiredInt("intermediate_size", 1);
    Sizes sizes = Sizes.read(config, 8, 128, inner, hidden, layers(config));
    LlamaLike like = new LlamaLike(config, "nemotron_h", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    List<String> kinds = kinds(config, sizes.layers());
    boolean attentionBias = like.flag("attention_bias", false);
    boolean bias = like.flag("mlp_bias", false);
    Activation activation = like.activation("mlp_hidden_act", "relu2");
    if (ActivationNames.read(config, "mamba_hidden_act", "silu") != Activation.SILU) {
      throw config.failure("mamba_hidden_act: only silu is implemented");
    }
    StateSpace.Shape shape = shape(config);
    StateSpace.Biases biases =
        new StateSpace.Biases(false, like.flag("use_conv_bias", true), false);
    IntFunction<Part> experts = experts(config, like, kinds, activation);
    like.names("backbone.embeddings", "lm_head").tied(false);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "backbone.layers.%d.".formatted(layer);
              String mixer = at + "mixer.";
              Part part =
                  switch (kinds.get(layer)) {
                    case SPACE ->
                        new StateSpace(
                                shape,
                                mixer,
                                sizes.hidden(),
                                biases,
                                new StateSpace.Gating(
                                    Norming.rms(mixer + "norm", epsilon), shape.groups(), false),
                                StateSpace.UNSCALED)
                            .from(like);
                    case ATTENTION ->
                        Attention.of(
                            sizes.attention(), mixer, sizes.hidden(), attentionBias, attentionBias);
                    case EXPERTS -> experts.apply(layer);
                    default ->
                        FeedForward.plain(
                            activation,
                            new Projection(mixer + "up_proj", sizes.inner(), bias),
                            new Projection(mixer + "down_proj", sizes.hidden(), bias));
                  };
              return Block.sequential(Branch.of("mixer", Norming.rms(at + "norm", epsilon), part));
            });
    return like.model(
        null,
        new Decoder(
            like.embedding(), blocks, Norming.rms("backbone.norm_f", epsilon), like.head()));
  }

  /// How many layers there are: as many as are named, where nothing else is said.
  private static int layers(ConfigReader config) {
    int named =
        config
            .findStrings("layers_block_type")
            .map(List::size)
            .orElse(config.stringOr("hybrid_override_pattern", "").length());
    return config.intOr("num_hidden_layers", 1, Math.max(1, named));
  }

  /// What each layer is: by names, or by the letters of an older key.
  private static List<String> kinds(ConfigReader config, int layers) {
    String pattern = config.stringOr("hybrid_override_pattern", "");
    if (!config.isSet("layers_block_type") && pattern.length() != layers) {
      throw config.failure(
          "hybrid_override_pattern has %d letters for %d layers"
              .formatted(pattern.length(), layers));
    }
    return MixerKinds.read(
        config,
        "layers_block_type",
        layers,
        List.of(SPACE, ATTENTION, FEED_FORWARD, EXPERTS),
        layer ->
            switch (pattern.charAt(layer)) {
              case 'M' -> SPACE;
              case '*' -> ATTENTION;
              case '-' -> FEED_FORWARD;
              case 'E' -> EXPERTS;
              default ->
                  throw config.failure(
                      "hybrid_override_pattern has '%s', expected M, *, - or E"
                          .formatted(pattern.charAt(layer)));
            });
  }

  /// The mixture of a layer: plain experts, which may read and write narrower rows than the router
  /// and the shared one do.
  private static IntFunction<Part> experts(
      ConfigReader config, LlamaLike like, List<String> kinds, Activation activation) {
    if (!kinds.contains(EXPERTS)) {
      OF_EXPERTS.forEach(config::find);
      return null;
    }
    config.find("moe_shared_expert_overlap"); // when it is computed, not what
    int hidden = like.sizes().hidden();
    int count = Mixtures.experts(config, like, "n_routed_experts");
    int inner = config.requiredInt("moe_intermediate_size", 1);
    int latent = config.intOr("moe_latent_size", 1, hidden);
    boolean isNarrow = config.find("moe_latent_size").isPresent();
    int shared =
        Math.multiplyExact(
            config.intOr("n_shared_experts", 0, 1),
            config.requiredInt("moe_shared_expert_intermediate_size", 1));
    Curve curve = new Curve.Activated(activation);
    return layer -> {
      String at = "backbone.layers.%d.mixer.".formatted(layer);
      Routing routing =
          Mixtures.corrected(
              config,
              like,
              new Projection(at + "gate", count),
              at + "gate.e_score_correction_bias");
      String one = at + "experts." + Experts.NUMBER + ".";
      ExpertLayers layers =
          ExpertLayers.plain(
              curve,
              new Projection(one + "up_proj", inner),
              new Projection(one + "down_proj", latent));
      Part beside =
          FeedForward.plain(
              curve,
              new Projection(at + "shared_experts.up_proj", shared),
              new Projection(at + "shared_experts.down_proj", hidden));
      Mixture mixture = Mixture.of(routing, layers);
      return (program, index, in) -> {
        Buffer out;
        if (isNarrow) {
          Projection first = new Projection(at + "fc1_latent_proj", latent);
          Buffer narrow = program.linear(index + ".latent", in, first);
          Buffer mixed = mixture.build(program, index, narrow, in);
          Projection last = new Projection(at + "fc2_latent_proj", hidden);
          out = program.linear(index + ".wide", mixed, last);
        } else {
          out = mixture.build(program, index, in);
        }
        return shared == 0
            ? out
            : program.sum(index + ".all", out, beside.build(program, index, in), 1);
      };
    };
  }

  private static StateSpace.Shape shape(ConfigReader config) {
    return new StateSpace.Shape(
        config.intOr("mamba_num_heads", 1, 128),
        config.intOr("mamba_head_dim", 1, 64),
        config.intOr("n_groups", 1, 8),
        config.intOr("ssm_state_size", 1, 128),
        config.intOr("conv_kernel", 1, 4),
        config.positiveOr("time_step_min", 0.001),
        Softplus.UNLIMITED);
  }
}
