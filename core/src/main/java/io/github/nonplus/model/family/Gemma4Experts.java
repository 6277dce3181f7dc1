package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import java.util.Optional;

/// The experts of Gemma 4, which stand beside the feed-forward layer: both read the residual
/// stream, each through norms of its own, and so does the router.
record Gemma4Experts(LlamaLike like, int experts, int chosen, int inner) {
  static Optional<Gemma4Experts> read(ConfigReader config, LlamaLike like) {
    if (!like.flag("enable_moe_block", false)) {
      config.find("num_experts");
      config.find("top_k_experts");
      config.find("moe_intermediate_size");
      return Optional.empty();
    }
    int experts = Mixtures.experts(config, like, "num_experts");
    int chosen = Mixtures.chosen(config, like, "top_k_experts", 8, experts);
    int inner = config.requiredInt("moe_intermediate_size", 1);
    return Optional.of(new Gemma4Experts(like, experts, chosen, inner));
  }

  /// The experts of a layer beside its feed-forward layer.
  ///
  /// @param before the norm of the feed-forward layer
  Part beside(FeedForward mlp, Norming before, String at, double epsilon, Activation activation) {
    Routing routing =
        Routing.softmax(new Projection(at + "router.proj", experts), chosen, true)
            .scaledBy(at + "router.per_expert_scale");
    Mixture mixture =
        Mixture.of(
            routing, Mixtures.layers(like, at + "experts.", experts, inner, activation, false));
    return (program, layer, in) -> {
      String name = layer + ".";
      Buffer dense = mlp.build(program, layer, program.norm(name + "mlp.norm", in, before, 1));
      dense =
          normed(program, name + "mlp.after1", dense, at + "post_feedforward_layernorm_1", epsilon);
      Buffer read = program.norm(name + "router.norm", in, Norming.rms(epsilon), 1);
      Parameter scale = Parameter.vector(at + "router.scale", in.width());
      read = program.scale(name + "router.scaled", read, new Factor.Stored(scale));
      double root = 1 / Math.sqrt(in.width());
      read = program.scale(name + "router.in", read, new Factor.Constant(root));
      Buffer own =
          normed(program, name + "experts.norm", in, at + "pre_feedforward_layernorm_2", epsilon);
      Buffer mixed = mixture.build(program, layer, own, read);
      mixed =
          normed(
              program, name + "experts.after", mixed, at + "post_feedforward_layernorm_2", epsilon);
      return program.sum(name + "mlp+experts", dense, mixed, 1);
    };
  }

  private static Buffer normed(
      ProgramBuilder program, String name, Buffer in, String weight, double epsilon) {
    return program.norm(name, in, Norming.rms(weight, epsilon), 1);
  }
}
