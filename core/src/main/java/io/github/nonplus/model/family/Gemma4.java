package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.ArrayList;
import java.util.List;

/// Gemma 4, dense: two sizes of heads, layers that share the keys and values of earlier ones, norms
/// of values, inputs of their own for each layer, and a number that each layer's result is
/// multiplied by.
final class Gemma4 implements Family {
  @Override
  public List<String> names() {
    return List.of("gemma4_text");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 4, 256).requireEvenHeads(config);
    refuseExperts(config);
    Gemma.refuseBothDirections(config);
    LlamaLike like = new LlamaLike(config, "gemma4_text", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_activation", "gelu_pytorch_tanh");
    boolean bias = like.flag("attention_bias", false);
    double cap = Gemma.cap(config, "final_logit_softcapping", 0);
    LayerKinds kinds =
        LayerKinds.read(
            config,
            sizes.layers(),
            512,
            layer -> (layer + 1) % 6 != 0 && layer + 1 != sizes.layers());
    boolean keysAreValues = like.flag("attention_k_eq_v", false);
    Heads sliding = sizes.attention();
    Heads global =
        new Heads(
            sizes.heads(),
            keysAreValues
                ? config.intOr("num_global_key_value_heads", 1, sizes.keyHeads())
                : sizes.keyHeads(),
            config.intOr("global_head_dim", 2, 512));
    if (!keysAreValues) {
      config.find("num_global_key_value_heads");
    }
    int shared = config.intOr("num_kv_shared_layers", 0, 0);
    boolean doubled = like.flag("use_double_wide_mlp", false);
    like.fact("global_head_dim", global.keySize()).fact("num_kv_shared_layers", shared);
    RotaryPositions ofSliding = rotation(config, "sliding_attention", sliding, sizes, 10_000);
    RotaryPositions ofGlobal = rotation(config, "full_attention", global, sizes, 1_000_000);
    int sideWidth = config.intOr("hidden_size_per_layer_input", 0, 256);
    int sideRows = config.intOr("vocab_size_per_layer_input", 1, sizes.vocabulary());
    SideInputs side = new SideInputs(sideWidth, sizes.layers(), sideRows, sizes.hidden(), epsilon);
    like.tied(true);
    int firstShared = sizes.layers() - shared;
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              boolean slides = kinds.slides(layer);
              Heads heads = slides ? sliding : global;
              boolean shares = layer >= firstShared;
              Attention attention =
                  attention(
                          heads, at + "self_attn.", sizes.hidden(), bias, !slides && keysAreValues)
                      .norms(
                          Norming.rms(at + "self_attn.q_norm", epsilon),
                          Norming.rms(at + "self_attn.k_norm", epsilon))
                      .valueNorm(Norming.rms(epsilon))
                      .scale(1)
                      .mask(kinds.mask(layer))
                      .turning(
                          Turning.halves(
                              (slides ? ofSliding : ofGlobal).rotation(), heads.keySize()));
              if (shares) {
                attention.sharing(lastOfKind(config, kinds, firstShared, slides));
                like.unusedTensor(at + "self_attn.k_proj.weight");
                like.unusedTensor(at + "self_attn.v_proj.weight");
                like.unusedTensor(at + "self_attn.k_norm.weight");
              }
              int inner = shares && doubled ? 2 * sizes.inner() : sizes.inner();
              List<Block.Step> steps = new ArrayList<>();
              steps.add(
                  Block.Step.of(
                      Branch.of(
                              "attention", Norming.rms(at + "input_layernorm", epsilon), attention)
                          .then(Norming.rms(at + "post_attention_layernorm", epsilon))));
              steps.add(
                  Block.Step.of(
                      Branch.of(
                              "mlp",
                              Norming.rms(at + "pre_feedforward_layernorm", epsilon),
                              FeedForward.gated(
                                  activation, at + "mlp.", inner, sizes.hidden(), false))
                          .then(Norming.rms(at + "post_feedforward_layernorm", epsilon))));
              if (sideWidth > 0) {
                steps.add(
                    Block.Step.of(
                        Branch.of("side", null, side.of(activation))
                            .then(Norming.rms(at + "post_per_layer_input_norm", epsilon))));
              }
              return new Block(steps, at + "layer_scalar");
            });
    return like.model(
        ofGlobal,
        new Decoder(
            like.embedding().scaledBy(Math.sqrt(sizes.hidden())),
            sideWidth > 0 ? List.of(side) : List.of(),
            blocks,
            Norming.rms("model.norm", epsilon),
            like.head().cappedAt(cap)));
  }

  private static Attention attention(
      Heads heads, String at, int hidden, boolean bias, boolean keysAreValues) {
    return Attention.of(
        heads,
        new Projection(at + "q_proj", heads.queryWidth(), bias),
        new Projection(at + "k_proj", heads.keyWidth(), bias),
        keysAreValues ? null : new Projection(at + "v_proj", heads.valueWidth(), bias),
        new Projection(at + "o_proj", hidden, bias));
  }

  private static void refuseExperts(ConfigReader config) {
    if (config.booleanOr("enable_moe_block", false)) {
      throw config.failure("enable_moe_block is true: mixtures of experts are not implemented");
    }
    config.find("num_experts");
    config.find("top_k_experts");
    config.find("moe_intermediate_size");
  }

  private static RotaryPositions rotation(
      ConfigReader config, String kind, Heads heads, Sizes sizes, double base) {
    boolean isGlobal = kind.equals("full_attention");
    RotaryKeys keys = RotaryKeys.part(base, isGlobal ? 0.25 : 1, heads.keySize());
    return LayerRotations.of(config, kind, keys, sizes.positions())
        .orElseGet(
            () ->
                isGlobal
                    ? LayerRotations.proportional(keys)
                    : LayerRotations.plain(RotaryKeys.whole(base, heads.keySize())));
  }

  /// The last layer of that kind that has keys and values of its own.
  private static int lastOfKind(ConfigReader config, LayerKinds kinds, int end, boolean slides) {
    for (int layer = end - 1; layer >= 0; layer--) {
      if (kinds.slides(layer) == slides) {
        return layer;
      }
    }
    throw config.failure("num_kv_shared_layers leaves no layer whose keys could be shared");
  }
}
