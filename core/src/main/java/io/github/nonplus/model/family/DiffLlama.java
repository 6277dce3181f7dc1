package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// DiffLlama: what the second half of the heads attends to is taken from what the first does, times
/// a learnt number.
final class DiffLlama implements Family {
  @Override
  public List<String> names() {
    return List.of("diffllama");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    if (sizes.keyHeads() % 2 != 0) {
      throw config.failure(
          "num_key_value_heads is %d, expected an even number".formatted(sizes.keyHeads()));
    }
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "diffllama", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    like.tied(false);
    Turning turning = Turning.halves(positions.rotation(), sizes.headSize());
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              attention(sizes, at + "self_attn.", bias, turning, epsilon),
              Norming.rms(at + "post_attention_layernorm", epsilon),
              like.gated(layer, activation, false));
        });
  }

  private static Part attention(
      Sizes sizes, String at, boolean bias, Turning turning, double epsilon) {
    Heads heads = sizes.attention();
    int size = heads.keySize();
    return (program, layer, in) -> {
      String name = layer + ".";
      Buffer q =
          program.linear(name + "q", in, new Projection(at + "q_proj", heads.queryWidth(), bias));
      Buffer k =
          program.linear(name + "k", in, new Projection(at + "k_proj", heads.keyWidth(), bias));
      Buffer v =
          program.linear(name + "v", in, new Projection(at + "v_proj", heads.valueWidth(), bias));
      program.add(turning.of(q.view(), size));
      program.add(turning.of(k.view(), size));
      Buffer both = program.concatenate(name + "v.both", values(v, heads));
      Buffer attended = program.tokens(name + "heads", 2 * heads.outputWidth());
      double scale = 1 / Math.sqrt(size);
      program.add(
          new Attend(
              q.view(),
              k.view(),
              both.view(),
              size,
              2 * size,
              Mask.CAUSAL,
              List.of(),
              0,
              null,
              scale,
              attended));
      int half = heads.outputWidth();
      double initial = 0.8 - 0.6 * StrictMath.exp(-0.3 * layer);
      Buffer second = program.tokens(name + "heads.second", half);
      program.add(new Scale(new View(attended, half, half), weight(at, size, initial), second));
      Buffer apart = program.tokens(name + "heads.apart", half);
      program.add(new Combine(new View(attended, 0, half), 1, second.view(), -1, apart));
      Buffer normed =
          program.norm(name + "heads.norm", apart, Norming.rms(epsilon), heads.queries() / 2);
      Buffer scaled =
          program.scale(name + "heads.scaled", normed, new Factor.Constant(1 - initial));
      return program.linear(
          name + "o", scaled, new Projection(at + "o_proj", sizes.hidden(), bias));
    };
  }

  /// Each key head has the values of two: one of the first half of them, one of the second.
  private static List<View> values(Buffer v, Heads heads) {
    int half = heads.keys() / 2;
    int size = heads.valueSize();
    List<View> values = new ArrayList<>();
    for (int head = 0; head < heads.keys(); head++) {
      values.add(new View(v, head % half * size, size));
      values.add(new View(v, (half + head % half) * size, size));
    }
    return values;
  }

  /// How much of the second half is taken away.
  private static Factor weight(String at, int size, double initial) {
    return new Factor.Difference(
        Parameter.vector(at + "lambda_q1", size),
        Parameter.vector(at + "lambda_k1", size),
        Parameter.vector(at + "lambda_q2", size),
        Parameter.vector(at + "lambda_k2", size),
        initial);
  }
}
