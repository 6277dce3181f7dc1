package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.ExpertLayers;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;
import java.util.List;

/// gpt-oss: biases everywhere, a sink for each head, layers that slide in turn, and experts whose
/// gates are limited.
final class GptOss implements Family {
  /// The limit of gates, and what is added to what they gate.
  private static final double LIMIT = 7;

  private static final double OFFSET = 1;

  @Override
  public List<String> names() {
    return List.of("gpt_oss");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 8, 64).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(150_000, sizes.headSize()), sizes.positions());
    if (!config.isSet("rope_scaling") && !config.isSet("rope_parameters")) {
      throw config.failure("rope_parameters is missing: this family scales its rotation");
    }
    LlamaLike like = new LlamaLike(config, "gpt_oss", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    if (config.positiveOr("swiglu_limit", LIMIT) != LIMIT) {
      throw config.failure(
          "swiglu_limit is %s, but gates of this family are limited at %s, whatever the file says"
              .formatted(config.shown("swiglu_limit"), LIMIT));
    }
    boolean bias = like.flag("attention_bias", true);
    LayerKinds kinds = LayerKinds.read(config, sizes.layers(), 128, layer -> layer % 2 == 0);
    int experts = Mixtures.experts(config, like, "num_local_experts", "num_experts");
    int chosen =
        Mixtures.chosen(
            config, like, "num_experts_per_tok", config.intOr("experts_per_token", 1, 4), experts);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Attention attention =
              like.turning(layer, bias, bias, positions.rotation())
                  .mask(kinds.mask(layer))
                  .sinks(at + "self_attn.sinks");
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              attention,
              Norming.rms(at + "post_attention_layernorm", epsilon),
              Mixture.of(
                  Routing.softmax(new Projection(at + "mlp.router", experts, true), chosen, true),
                  experts(like, at + "mlp.experts.", experts)));
        });
  }

  /// Stacks of inputs × outputs, in which columns of the gate and of what it gates take turns; in
  /// MXFP4, as all are published, of outputs × inputs.
  private static ExpertLayers experts(LlamaLike like, String at, int experts) {
    int hidden = like.sizes().hidden();
    int inner = like.sizes().inner();
    Source both = Source.stored(at + "gate_up_proj", experts, hidden, 2 * inner);
    Source blocks = Source.stored(at + "gate_up_proj_blocks", experts, 2 * inner, hidden);
    Source downBlocks = Source.stored(at + "down_proj_blocks", experts, hidden, inner);
    Source bothBias = Source.stored(at + "gate_up_proj_bias", experts, 2 * inner);
    Source down = Source.stored(at + "down_proj", experts, inner, hidden);
    Source downBias = Source.stored(at + "down_proj_bias", experts, hidden);
    RowOrder gates = RowOrder.of(inner, row -> 2 * row);
    RowOrder ups = RowOrder.of(inner, row -> 2 * row + 1);
    for (int e = 0; e < experts; e++) {
      Source own = Mixtures.of(both, e, experts, true);
      Source ownBlocks = Mixtures.of(blocks, e, experts, false);
      Source downOwn = Mixtures.of(down, e, experts, true);
      Source ownBias = bothBias.rows(e, e + 1).flattened();
      like.source(at + e + ".gate_proj.weight", own.gathered(gates).or(ownBlocks.gathered(gates)));
      like.source(at + e + ".up_proj.weight", own.gathered(ups).or(ownBlocks.gathered(ups)));
      like.source(
          at + e + ".down_proj.weight", downOwn.or(Mixtures.of(downBlocks, e, experts, false)));
      like.source(at + e + ".gate_proj.bias", ownBias.gathered(gates));
      like.source(at + e + ".up_proj.bias", ownBias.gathered(ups));
      like.source(at + e + ".down_proj.bias", downBias.rows(e, e + 1).flattened());
    }
    String one = at + Experts.NUMBER + ".";
    return ExpertLayers.gated(
            Activation.QUICK_GELU,
            new Projection(one + "gate_proj", inner, true),
            new Projection(one + "up_proj", inner, true),
            new Projection(one + "down_proj", hidden, true))
        .limited(LIMIT, OFFSET);
  }
}
