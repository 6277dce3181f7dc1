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
import java.util.Optional;

/// Gemma 4: two sizes of heads, layers that share the keys and values of earlier ones, norms of
/// values, inputs of their own for each layer, and a number that each layer's result is multiplied
/// by; perhaps experts beside the feed-forward layer.
final class Gemma4 implements Family {
  @Override
  public List<String> names() {
    return List.of("gemma4_text");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 4, 256).requireEvenHeads(config);
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
    Heads global = Gemma4Layers.global(config, sizes, kinds, keysAreValues);
    int shared = config.intOr("num_kv_shared_layers", 0, 0);
    boolean doubled = like.flag("use_double_wide_mlp", false);
    like.fact("global_head_dim", global.keySize()).fact("num_kv_shared_layers", shared);
    RotaryPositions ofSliding = rotation(config, "sliding_attention", sliding, sizes, 10_000);
    RotaryPositions ofGlobal = rotation(config, "full_attention", global, sizes, 1_000_000);
    int sideWidth = config.intOr("hidden_size_per_layer_input", 0, 256);
    int sideRows = config.intOr("vocab_size_per_layer_input", 1, sizes.vocabulary());
    SideInputs side = SideInputs.of(like, sideWidth, sideRows, epsilon);
    like.tied(true);
    Layers layers =
        new Layers(
            like,
            kinds,
            sliding,
            global,
            ofSliding,
            ofGlobal,
            epsilon,
            activation,
            bias,
            keysAreValues,
            lastOwn(config, kinds, sizes.layers() - shared),
            sizes.layers() - shared,
            doubled,
            side,
            Gemma4Experts.read(config, like));
    return like.model(
        ofGlobal,
        new Decoder(
            like.embedding().scaledBy(Math.sqrt(sizes.hidden())),
            sideWidth > 0 ? List.of(side) : List.of(),
            like.blocks(layers::block),
            Norming.rms("model.norm", epsilon),
            like.head().cappedAt(cap)));
  }

  /// The last layers that have keys and values of their own, which the later ones share.
  ///
  /// @param sliding of the layers that slide
  /// @param full of the others
  private record LastOwn(int sliding, int full) {}

  /// What the blocks are made of.
  ///
  /// @param firstShared the first layer that shares keys and values
  /// @param doubled whether the feed-forward layers of those that share are twice as wide
  private record Layers(
      LlamaLike like,
      LayerKinds kinds,
      Heads sliding,
      Heads global,
      RotaryPositions ofSliding,
      RotaryPositions ofGlobal,
      double epsilon,
      Activation activation,
      boolean bias,
      boolean keysAreValues,
      LastOwn lastOwn,
      int firstShared,
      boolean doubled,
      SideInputs side,
      Optional<Gemma4Experts> experts) {
    Block block(int layer) {
      String at = LlamaLike.at(layer);
      int hidden = like.sizes().hidden();
      boolean wide = layer >= firstShared && doubled;
      int inner = wide ? 2 * like.sizes().inner() : like.sizes().inner();
      List<Block.Step> steps = new ArrayList<>();
      steps.add(
          step(
              Branch.of("attention", norm(at + "input_layernorm"), attention(layer, at)),
              at + "post_attention_layernorm"));
      FeedForward mlp = FeedForward.gated(activation, at + "mlp.", inner, hidden, false);
      Norming before = norm(at + "pre_feedforward_layernorm");
      Branch branch =
          experts
              .map(
                  each -> Branch.of("mlp", null, each.beside(mlp, before, at, epsilon, activation)))
              .orElseGet(() -> Branch.of("mlp", before, mlp));
      steps.add(step(branch, at + "post_feedforward_layernorm"));
      if (side.width() > 0) {
        steps.add(
            step(Branch.of("side", null, side.of(activation)), at + "post_per_layer_input_norm"));
      }
      return new Block(steps, at + "layer_scalar");
    }

    private Block.Step step(Branch branch, String after) {
      return Block.Step.of(branch.then(norm(after)));
    }

    private Norming norm(String name) {
      return Norming.rms(name, epsilon);
    }

    private Attention attention(int layer, String at) {
      boolean slides = kinds.slides(layer);
      Heads heads = slides ? sliding : global;
      String own = at + "self_attn.";
      Attention attention =
          Gemma4.attention(heads, own, like.sizes().hidden(), bias, !slides && keysAreValues)
              .norms(norm(own + "q_norm"), norm(own + "k_norm"))
              .valueNorm(Norming.rms(epsilon))
              .scale(1)
              .mask(kinds.mask(layer))
              .turning(Turning.halves((slides ? ofSliding : ofGlobal).rotation(), heads.keySize()));
      if (layer >= firstShared) {
        attention.sharing(slides ? lastOwn.sliding() : lastOwn.full());
        like.unusedTensor(own + "k_proj.weight");
        like.unusedTensor(own + "v_proj.weight");
        like.unusedTensor(own + "k_norm.weight");
      }
      return attention;
    }
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

  private static LastOwn lastOwn(ConfigReader config, LayerKinds kinds, int end) {
    return new LastOwn(last(config, kinds, end, true), last(config, kinds, end, false));
  }

  /// The last layer of that kind before `end`; −1 if no layer after it needs one.
  private static int last(ConfigReader config, LayerKinds kinds, int end, boolean slides) {
    for (int layer = end - 1; layer >= 0; layer--) {
      if (kinds.slides(layer) == slides) {
        return layer;
      }
    }
    if (end < kinds.sliding().size()
        && kinds.sliding().subList(Math.max(end, 0), kinds.sliding().size()).contains(slides)) {
      throw config.failure("num_kv_shared_layers leaves no layer whose keys could be shared");
    }
    return -1;
  }
}
