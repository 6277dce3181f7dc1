package io.github.nonplus.model.family;

import io.github.nonplus.model.ActivationNames;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Softplus;
import java.util.List;
import java.util.Map;

/// Nemotron-H: one branch a layer, which is a state space, attention without positions, or a
/// feed-forward layer.
final class NemotronH implements Family {
  private static final Map<String, String> NAMES = Map.of("rms_norm_eps", "layer_norm_epsilon");

  private static final String SPACE = "linear_attention";
  private static final String ATTENTION = MixerKinds.FULL;
  private static final String FEED_FORWARD = "mlp";

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
    OF_EXPERTS.forEach(config::find);
    boolean attentionBias = like.flag("attention_bias", false);
    boolean bias = like.flag("mlp_bias", false);
    Activation activation = like.activation("mlp_hidden_act", "relu2");
    if (ActivationNames.read(config, "mamba_hidden_act", "silu") != Activation.SILU) {
      throw config.failure("mamba_hidden_act: only silu is implemented");
    }
    StateSpace.Shape shape = shape(config);
    StateSpace.Biases biases =
        new StateSpace.Biases(false, like.flag("use_conv_bias", true), false);
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
        List.of(SPACE, ATTENTION, FEED_FORWARD),
        layer ->
            switch (pattern.charAt(layer)) {
              case 'M' -> SPACE;
              case '*' -> ATTENTION;
              case '-' -> FEED_FORWARD;
              case 'E' ->
                  throw config.failure(
                      "hybrid_override_pattern has 'E', but layers of experts are not implemented");
              default ->
                  throw config.failure(
                      "hybrid_override_pattern has '%s', expected M, * or -"
                          .formatted(pattern.charAt(layer)));
            });
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
