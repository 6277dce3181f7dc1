package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.Map;

/// LongCat-Flash: each of its layers is two blocks of latent attention and a feed-forward layer.
/// Beside the first feed-forward layer experts read the same, and are added after the second; some
/// of them leave a row as it is.
final class LongcatFlash implements Family {
  private static final String SHORTCUT = "shortcut";

  private static final Map<String, String> NAMES =
      Map.of(
          "intermediate_size", "ffn_hidden_size",
          "num_hidden_layers", "num_layers",
          "num_experts_per_tok", "moe_topk");

  @Override
  public List<String> names() {
    return List.of("longcat_flash");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    LatentShape latent = LatentShape.read(config);
    Sizes sizes = latent.sizes().withLayers(Math.multiplyExact(2, latent.sizes().layers()));
    requireKnown(given, sizes, latent);
    int turned = latent.shape().turned();
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000_000, 1, turned), sizes.positions());
    LlamaLike like = new LlamaLike(config, "longcat_flash", sizes);
    like.fact("head_dim", latent.shape().size());
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    int own = Mixtures.experts(config, like, "n_routed_experts", "num_local_experts");
    int passing = config.intOr("zero_expert_num", 0, 256);
    like.fact("zero_expert_num", passing);
    int all = Math.addExact(own, passing);
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 12, all);
    int inner = config.requiredInt("expert_ffn_hidden_size", 1);
    double factor = config.positiveOr("routed_scaling_factor", 6);
    like.tied(false).unused("model.mtp.");
    Turning turning = Turning.neighbours(positions.rotation(), turned);
    LatentAttention.Shape shape = latent.shape();
    double hidden = sizes.hidden();
    List<Block> blocks =
        like.blocks(
            block -> {
              String at = LlamaLike.at(block / 2);
              int half = block % 2;
              Part attention =
                  new LatentAttention(
                          shape,
                          "%sself_attn.%d.".formatted(at, half),
                          sizes.hidden(),
                          bias,
                          turning)
                      .scaledBy(latent.scale(positions))
                      .multiplying(
                          Math.sqrt(hidden / shape.queryRank()),
                          Math.sqrt(hidden / shape.keyRank()));
              Part dense =
                  FeedForward.gated(
                      activation,
                      "%smlps.%d.".formatted(at, half),
                      sizes.inner(),
                      sizes.hidden(),
                      false);
              Norming before =
                  Norming.rms("%spost_attention_layernorm.%d".formatted(at, half), epsilon);
              Branch first =
                  Branch.of(
                      "attention",
                      Norming.rms("%sinput_layernorm.%d".formatted(at, half), epsilon),
                      attention);
              if (half == 1) {
                return ended(first, Branch.of("mlp", before, dense));
              }
              String router = at + "mlp.router.";
              Part experts =
                  Mixture.of(
                          Routing.softmax(new Projection(router + "classifier", all), chosen, false)
                              .corrected(router + "e_score_correction_bias")
                              .times(factor),
                          Mixtures.layers(
                              like, at + "mlp.experts.", own, all, inner, activation, false))
                      .passing(passing);
              return Block.sequential(first, Branch.of("mlp", before, beside(dense, experts)));
            });
    Norming last = Norming.rms("model.norm", epsilon);
    return like.model(positions, new Decoder(like.embedding(), blocks, last, like.head()));
  }

  /// A feed-forward layer, and experts that are kept for later.
  private static Part beside(Part dense, Part experts) {
    return (program, block, in) -> {
      program.share(SHORTCUT, experts.build(program, block, in));
      return dense.build(program, block, in);
    };
  }

  /// A block that ends with what was kept.
  private static Block ended(Branch attention, Branch dense) {
    Branch kept = Branch.of(SHORTCUT, null, (program, _, _) -> program.shared(SHORTCUT));
    return new Block(
        List.of(
            Block.Step.of(attention),
            new Block.Step(List.of(dense, kept), Block.Step.Residual.INPUT, null, null)),
        null);
  }

  /// Refuses what the first code of this family obeyed and transformers does not.
  private static void requireKnown(ConfigReader given, Sizes sizes, LatentShape latent) {
    if (given.intOr("num_hidden_layers", 1, sizes.layers()) != sizes.layers()) {
      throw given.failure(
          "num_hidden_layers is %s, expected two for each of num_layers %d"
              .formatted(given.shown("num_hidden_layers"), sizes.layers() / 2));
    }
    if (latent.shape().queryRank() == 0) {
      throw given.failure("q_lora_rank is missing");
    }
    int turned = latent.shape().turned();
    if (given.intOr("head_dim", 1, turned) != turned) {
      throw given.failure(
          "head_dim is %s, expected qk_rope_head_dim, %d"
              .formatted(given.shown("head_dim"), turned));
    }
    for (String key : List.of("mla_scale_q_lora", "mla_scale_kv_lora")) {
      if (!given.booleanOr(key, true)) {
        throw given.failure(key + " is false, which transformers does not obey in this family");
      }
    }
    if (given.booleanOr("router_bias", false)) {
      throw given.failure("router_bias is true, of which no checkpoint is known");
    }
    String type = given.stringOr("zero_expert_type", "identity");
    if (!type.equals("identity")) {
      throw given.failure("zero_expert_type is '%s', expected 'identity'".formatted(type));
    }
    String method = given.stringOr("attention_method", "MLA");
    if (!method.equals("MLA")) {
      throw given.failure("attention_method is '%s', expected 'MLA'".formatted(method));
    }
  }
}
