package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Rotate;
import java.util.List;

/// NanoChat: norms without weights, one of the embedding, too; heads turn backwards and are normed
/// after that; logits are capped.
final class NanoChat implements Family {
  @Override
  public List<String> names() {
    return List.of("nanochat");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "nanochat", sizes);
    Norming norm = Norming.rms(like.positive("rms_norm_eps", 1e-6));
    Activation activation = like.activation("hidden_act", "relu2");
    boolean bias = like.flag("attention_bias", false);
    double cap = Gemma.cap(config, "final_logit_softcapping", 15);
    like.fact("final_logit_softcapping", cap).tied(false);
    Turning turning =
        new Turning(positions.rotation(), 0, sizes.headSize(), Rotate.Pairing.HALVES, true);
    List<Block> blocks =
        like.blocks(
            layer ->
                LlamaLike.normedBefore(
                    norm,
                    like.attention(layer, bias, bias)
                        .turning(turning)
                        .norms(norm, norm)
                        .normingAfterTurning(),
                    norm,
                    FeedForward.plain(
                        activation,
                        new Projection(LlamaLike.at(layer) + "mlp.fc1", sizes.inner()),
                        new Projection(LlamaLike.at(layer) + "mlp.fc2", sizes.hidden()))));
    return like.model(
        positions,
        new Decoder(like.embedding().with(norm), blocks, norm, like.head().cappedAt(cap)));
  }
}
