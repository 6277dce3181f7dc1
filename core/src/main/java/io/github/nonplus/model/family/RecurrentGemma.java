package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Mask;
import java.util.List;

/// RecurrentGemma: gated linear recurrences, and attention to a sliding window in every third
/// layer; norms whose stored weight is what is beyond 1.
final class RecurrentGemma implements Family {
  private static final String RECURRENT = "recurrent";
  private static final String ATTENTION = "attention";

  @Override
  public List<String> names() {
    return List.of("recurrent_gemma");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    int hidden = config.requiredInt("hidden_size", 1);
    int both = config.requiredInt("intermediate_size", 2);
    if (both % 2 != 0) {
      throw config.failure("intermediate_size %d is odd, and its half is a width".formatted(both));
    }
    Sizes sizes = Sizes.read(config, 0, 0, both / 2, hidden).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 0.5, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "recurrent_gemma", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_activation", "gelu_pytorch_tanh");
    boolean bias = like.flag("attention_bias", false);
    Mask mask = new Mask.Sliding(config.intOr("attention_window_size", 1, 2048));
    double cap = Gemma.cap(config, "logits_soft_cap", 30);
    List<String> types =
        config.findStrings("block_types").orElse(List.of(RECURRENT, RECURRENT, ATTENTION));
    int width = config.intOr("lru_width", 1, hidden);
    int taps = config.intOr("conv1d_width", 1, 4);
    like.tied(true);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              String block = at + "temporal_block.";
              String type = types.get(layer % types.size());
              Part mixer =
                  switch (type) {
                    case RECURRENT ->
                        new LinearRecurrence(block, hidden, width, sizes.heads(), taps, activation)
                            .from(like);
                    case ATTENTION -> attention(sizes, block, bias, positions).mask(mask);
                    default ->
                        throw config.failure(
                            "block_types has '%s', expected %s or %s"
                                .formatted(type, RECURRENT, ATTENTION));
                  };
              return LlamaLike.normedBefore(
                  Norming.rmsBeyondOne(at + "temporal_pre_norm", epsilon),
                  mixer,
                  Norming.rmsBeyondOne(at + "channel_pre_norm", epsilon),
                  FeedForward.gated(activation, at + "mlp_block.", sizes.inner(), hidden, true));
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding().scaledBy(bfloat16((float) Math.sqrt(hidden))),
            blocks,
            Norming.rmsBeyondOne("model.final_norm", epsilon),
            like.head().cappedAt(cap)));
  }

  private static Attention attention(
      Sizes sizes, String at, boolean bias, RotaryPositions positions) {
    Heads heads = sizes.attention();
    return Attention.of(
            heads,
            new Projection(at + "q_proj", heads.queryWidth(), bias),
            new Projection(at + "k_proj", heads.keyWidth(), bias),
            new Projection(at + "v_proj", heads.valueWidth(), bias),
            new Projection(at + "o_proj", sizes.hidden(), true))
        .turning(Turning.halves(positions.rotation(), positions.turned(sizes.headSize())));
  }

  /// The nearest bfloat16, ties to even: in every precision the model multiplies by that.
  private static double bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
  }
}
