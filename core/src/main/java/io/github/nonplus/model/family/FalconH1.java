package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.operand.Buffer;
import java.util.List;

/// Falcon-H1: a state space beside attention in each layer, and many numbers by which what they
/// read and give is multiplied.
final class FalconH1 implements Family {
  @Override
  public List<String> names() {
    return List.of("falcon_h1");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 8, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "falcon_h1", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    like.silu("hidden_act");
    boolean attentionBias = like.flag("attention_bias", false);
    boolean bias = like.flag("mlp_bias", false);
    double embedding = like.positive("embedding_multiplier", 1);
    double logits = like.positive("lm_head_multiplier", 1);
    double attentionIn = like.positive("attention_in_multiplier", 1);
    double attentionOut = like.positive("attention_out_multiplier", 1);
    double keys = like.positive("key_multiplier", 1);
    double spaceIn = like.positive("ssm_in_multiplier", 1);
    double spaceOut = like.positive("ssm_out_multiplier", 1);
    List<Double> ofGates = multipliers(config, "mlp_multipliers", 2);
    StateSpaces spaces = new StateSpaces(config, like, epsilon);
    like.tied(false);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              Norming norm = Norming.rms(at + "input_layernorm", epsilon);
              Part attention =
                  like.turning(layer, attentionBias, attentionBias, positions.rotation())
                      .scale(keys / Math.sqrt(sizes.headSize()));
              return new Block(
                  List.of(
                      new Block.Step(
                          List.of(
                              Branch.of(
                                      "ssm", norm, scaled("ssm", spaces.at(at + "mamba."), spaceIn))
                                  .scaledBy(spaceOut),
                              Branch.of(
                                      "attention",
                                      norm,
                                      scaled("attention", attention, attentionIn))
                                  .scaledBy(attentionOut)),
                          Block.Step.Residual.INPUT,
                          null,
                          null),
                      Block.Step.of(
                          Branch.of(
                                  "mlp",
                                  Norming.rms(at + "pre_ff_layernorm", epsilon),
                                  feedForward(sizes, at + "feed_forward.", ofGates.get(0), bias))
                              .scaledBy(ofGates.get(1)))),
                  null);
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding().scaledBy(embedding),
            blocks,
            Norming.rms("model.final_layernorm", epsilon),
            like.head().scaledBy(logits)));
  }

  static List<Double> multipliers(ConfigReader config, String key, int count) {
    if (!config.isSet(key)) {
      return java.util.Collections.nCopies(count, 1.0);
    }
    List<Double> numbers = config.numbers(key);
    if (numbers.size() != count) {
      throw config.failure("%s has %d numbers, expected %d".formatted(key, numbers.size(), count));
    }
    return numbers;
  }

  /// A part that reads its rows times a number.
  private static Part scaled(String name, Part part, double factor) {
    return (program, layer, in) ->
        part.build(
            program,
            layer,
            factor == 1
                ? in
                : program.scale(layer + "." + name + ".in", in, new Factor.Constant(factor)));
  }

  private static Part feedForward(Sizes sizes, String at, double gates, boolean bias) {
    return (program, layer, in) -> {
      String name = layer + ".";
      Projection first = new Projection(at + "gate_proj", sizes.inner(), bias);
      Buffer gate = program.linear(name + "gate", in, first, gates);
      Buffer up =
          program.linear(name + "up", in, new Projection(at + "up_proj", sizes.inner(), bias));
      Buffer gated = program.gate(name + "gated", Activation.SILU, gate.view(), up.view());
      return program.linear(
          name + "down", gated, new Projection(at + "down_proj", sizes.hidden(), bias));
    };
  }

  /// The state spaces of its layers.
  private static final class StateSpaces {
    private final LlamaLike like;
    private final double epsilon;
    private final StateSpace.Shape shape;
    private final StateSpace.Biases biases;
    private final boolean isNormed;
    private final boolean normsFirst;
    private final List<Double> scales;

    StateSpaces(ConfigReader config, LlamaLike like, double epsilon) {
      this.like = like;
      this.epsilon = epsilon;
      int expanded = config.intOr("mamba_expand", 1, 2) * like.sizes().hidden();
      int width = config.intOr("mamba_d_ssm", 1, expanded);
      this.shape = HybridKeys.shape(config, width, StateSpace.limits(config));
      this.biases =
          new StateSpace.Biases(
              like.flag("mamba_proj_bias", false),
              like.flag("mamba_conv_bias", true),
              like.flag("projectors_bias", false));
      this.isNormed = like.flag("mamba_rms_norm", false);
      this.normsFirst = like.flag("mamba_norm_before_gate", true);
      this.scales = multipliers(config, "ssm_multipliers", 5);
    }

    Part at(String at) {
      Norming norm = isNormed ? Norming.rms(at + "norm", epsilon) : null;
      return new StateSpace(
              shape,
              at,
              like.sizes().hidden(),
              biases,
              new StateSpace.Gating(norm, shape.groups(), normsFirst),
              scales)
          .from(like);
    }
  }
}
