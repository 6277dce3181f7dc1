package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.operand.Buffer;
import java.util.List;
import java.util.stream.IntStream;

/// MiniMax-01: lightning attention, whose memories decay by a constant of head and layer, ordinary
/// attention in some layers, experts in all; what is added to is not a row but its norm, times a
/// number.
final class MiniMax implements Family {
  private static final String LINEAR = "linear_attention";

  /// Of the norm of what is read from memories, whatever a configuration says of the others.
  private static final double EPSILON = 1e-6;

  @Override
  public List<String> names() {
    return List.of("minimax");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 8, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(1_000_000, sizes.headSize()), sizes.positions());
    int turned = config.intOr("rotary_dim", 2, sizes.headSize());
    if (turned % 2 != 0 || turned > sizes.headSize()) {
      throw config.failure(
          "rotary_dim is %d, expected an even number of up to %d columns of a head"
              .formatted(turned, sizes.headSize()));
    }
    LlamaLike like = new LlamaLike(config, "minimax", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    if (!config.isSet("layer_types")) {
      throw config.failure("layer_types is missing, which says which layers have full attention");
    }
    List<String> kinds =
        MixerKinds.read(config, sizes.layers(), List.of(LINEAR, MixerKinds.FULL), _ -> LINEAR);
    Factors linear = Factors.read(like, "linear_attn");
    Factors full = Factors.read(like, "full_attn");
    Factors fed = Factors.read(like, "mlp");
    int experts = Mixtures.experts(config, like, "num_local_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 2, experts);
    like.tied(false);
    like.unused(".slope_rate", ".query_decay", ".key_decay", ".diagonal_decay");
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          boolean isLinear = kinds.get(layer).equals(LINEAR);
          Part mixer =
              isLinear
                  ? lightning(like, at + "self_attn.", activation, layer)
                  : like.attention(layer, false, false)
                      .turning(Turning.halves(positions.rotation(), turned));
          Part mixture =
              Mixture.of(
                  Routing.softmax(
                      new Projection(at + "block_sparse_moe.gate", experts), chosen, true),
                  Mixtures.numbered(
                      activation, at + "block_sparse_moe.experts.", sizes.inner(), sizes.hidden()));
          return new Block(
              List.of(
                  step(
                      "attention",
                      Norming.rms(at + "input_layernorm", epsilon),
                      mixer,
                      isLinear ? linear : full),
                  step("mlp", Norming.rms(at + "post_attention_layernorm", epsilon), mixture, fed)),
              null);
        });
  }

  /// What a normed row and what is added to it are multiplied by.
  private record Factors(double alpha, double beta) {
    static Factors read(LlamaLike like, String what) {
      return new Factors(
          like.positive(what + "_alpha_factor", 1), like.positive(what + "_beta_factor", 1));
    }
  }

  /// α y + β part(y), where y is the norm of a row: y is added to, so α − 1 of it is in what is.
  private static Block.Step step(String name, Norming norm, Part part, Factors factors) {
    Part both =
        (program, layer, in) -> {
          Buffer out = part.build(program, layer, in);
          Buffer sum = program.tokens("%d.%s.sum".formatted(layer, name), out.width());
          double more = factors.alpha() - 1;
          program.add(new Combine(in.view(), more, out.view(), factors.beta(), sum));
          return sum;
        };
    return new Block.Step(
        List.of(Branch.of(name, norm, both)), Block.Step.Residual.NORMED_INPUT, null, null);
  }

  /// Rows of `qkv_proj` are, for each head, its query, its key and its value.
  private static Part lightning(LlamaLike like, String at, Activation activation, int layer) {
    Sizes sizes = like.sizes();
    Heads heads = new Heads(sizes.heads(), sizes.heads(), sizes.headSize());
    Fused.byHead(like, at + "qkv_proj", at, heads, false);
    List<Double> decays = decays(sizes, layer);
    int width = heads.queryWidth();
    return (program, index, in) -> {
      String name = index + ".";
      Buffer q = program.linear(name + "q", in, new Projection(at + "q_proj", width));
      Buffer k = program.linear(name + "k", in, new Projection(at + "k_proj", width));
      Buffer v = program.linear(name + "v", in, new Projection(at + "v_proj", width));
      Buffer gate = program.linear(name + "gate", in, new Projection(at + "output_gate", width));
      q = program.activate(name + "q.bent", q, activation);
      k = program.activate(name + "k.bent", k, activation);
      v = program.activate(name + "v.bent", v, activation);
      ScanLaw law =
          new ScanLaw.Memory(
              q.view(),
              k.view(),
              v.view(),
              heads.keySize(),
              heads.valueSize(),
              null,
              null,
              decays,
              false,
              1,
              null);
      Buffer read = program.scan(name + "heads", law);
      Buffer normed = program.norm(name + "heads.norm", read, Norming.rms(at + "norm", EPSILON), 1);
      Buffer gated =
          program.gate(name + "heads.gated", Activation.SIGMOID, gate.view(), normed.view());
      return program.linear(name + "o", gated, new Projection(at + "out_proj", sizes.hidden()));
    };
  }

  /// e^(−2^(−8 (h + 1) / H) · (1 − l / (L − 1 + 1e-5) + 1e-5)) for head h of H, in layer l of L.
  private static List<Double> decays(Sizes sizes, int layer) {
    double depth = 1 - layer / (sizes.layers() - 1 + 1e-5) + 1e-5;
    return IntStream.range(0, sizes.heads())
        .mapToObj(
            head -> {
              double slope = StrictMath.pow(2, -8.0 * (head + 1) / sizes.heads());
              return StrictMath.exp(-slope * depth);
            })
        .toList();
  }
}
