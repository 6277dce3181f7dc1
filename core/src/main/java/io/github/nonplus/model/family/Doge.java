package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Ranking;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import java.util.List;

/// Doge: what a key adds to its scores follows from its values, and a query sees only so many keys,
/// those that add the most; the residual stream is multiplied by learnt numbers.
final class Doge implements Family {
  @Override
  public List<String> names() {
    return List.of("doge");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "doge", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    boolean innerBias = like.flag("mlp_bias", false);
    int kept = config.intOr("keep_window_size", 1, 2048);
    like.fact("keep_window_size", kept);
    requireKnown(config);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          String own = at + "self_attn.";
          Attention attention =
              like.turning(layer, bias, bias, positions.rotation())
                  .norms(Norming.rms(own + "q_norm", epsilon), Norming.rms(own + "k_norm", epsilon))
                  .keysBy(
                      (program, name, values, attend) -> {
                        Buffer added = added(program, name, values, own, attend.keyHeads(), bias);
                        int width = SelectKeys.width(attend.keyHeads(), kept);
                        Buffer chosen = program.tokens(name + "keys", width);
                        program.add(new SelectKeys(new Ranking.OfKeys(added.view()), kept, chosen));
                        return attend.among(new Attend.Chosen(chosen.view(), kept), added.view());
                      });
          return new Block(
              List.of(
                  step(
                      "attention",
                      Norming.rms(at + "input_layernorm", epsilon),
                      attention,
                      at + "input_residual"),
                  step(
                      "mlp",
                      Norming.rms(at + "post_attention_layernorm", epsilon),
                      like.gated(layer, activation, innerBias),
                      at + "post_attention_residual")),
              null);
        });
  }

  private static Block.Step step(String name, Norming norm, Part part, String factor) {
    return new Block.Step(
        List.of(Branch.of(name, norm, part)), Block.Step.Residual.INPUT, factor, null);
  }

  /// e^(A · softplus(dt(v))), a column for each key head.
  private static Buffer added(
      ProgramBuilder program, String name, Buffer values, String at, int heads, boolean bias) {
    Buffer steps =
        program.linear(name + "mask.dt", values, new Projection(at + "dt_proj", heads, bias));
    Buffer positive = program.tokens(name + "mask.softplus", heads);
    program.add(Softplus.of(steps.view(), null, positive));
    Factor rates = new Factor.Stored(Parameter.vector(at + "A", heads));
    Buffer scaled = program.scale(name + "mask.scaled", positive, rates);
    Buffer added = program.tokens(name + "mask", heads);
    program.add(new Elementwise(scaled.view(), new Curve.Power(), added));
    return added;
  }

  /// Refuses what is not computed.
  private static void requireKnown(ConfigReader config) {
    if (config.booleanOr("is_moe", false)) {
      throw config.failure("is_moe is true, and mixtures of this family are not implemented");
    }
    if (config.isSet("sliding_window")) {
      throw config.failure(
          "sliding_window is %s, expected null".formatted(config.shown("sliding_window")));
    }
    for (String key : List.of("num_experts", "num_experts_per_tok", "norm_topk_prob")) {
      config.find(key); // of mixtures
    }
  }
}
