package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.Rotation;
import java.util.List;
import java.util.Optional;

/// OLMo 2, OLMo 3 and EXAONE 4: norms after the branches and none before, and norms of queries and
/// keys, of whole rows or of each head; layers that slide turn by another law than the others.
final class Olmo2 implements Family {
  private final String name;

  private Olmo2(String name) {
    this.name = name;
  }

  static Olmo2 second() {
    return new Olmo2("olmo2");
  }

  static Olmo2 third() {
    return new Olmo2("olmo3");
  }

  static Olmo2 exaone() {
    return new Olmo2("exaone4");
  }

  @Override
  public List<String> names() {
    return List.of(name);
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    boolean isExaone = name.equals("exaone4");
    Sizes sizes = Sizes.read(config, isExaone ? 32 : 0, 0).requireEvenHeads(config);
    RotaryKeys keys = RotaryKeys.whole(name.equals("olmo3") ? 500_000 : 10_000, sizes.headSize());
    RotaryPositions positions =
        layerRotation(config, "full_attention", keys, sizes)
            .orElseGet(() -> RotationReader.fromHuggingFace(config, keys, sizes.positions()));
    Rotation sliding =
        layerRotation(config, "sliding_attention", keys, sizes)
            .map(RotaryPositions::rotation)
            .orElseGet(() -> new DefaultRotation(positions.base().doubleValue()));
    LlamaLike like = new LlamaLike(config, name, sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = !isExaone && like.flag("attention_bias", false);
    LayerKinds kinds = kinds(config, sizes);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Attention attention =
              like.attention(layer, bias, bias)
                  .norms(
                      Norming.rms(at + "self_attn.q_norm", epsilon),
                      Norming.rms(at + "self_attn.k_norm", epsilon))
                  .mask(kinds.mask(layer))
                  .turning(turning(kinds, layer, positions.rotation(), sliding, sizes));
          if (!isExaone) {
            attention.normingWholeRows();
          }
          return Block.sequential(
              Branch.of("attention", null, attention)
                  .then(Norming.rms(at + "post_attention_layernorm", epsilon)),
              Branch.of("mlp", null, like.gated(layer, activation, false))
                  .then(Norming.rms(at + "post_feedforward_layernorm", epsilon)));
        });
  }

  /// OLMo 3's newer files have a rotation for each kind of layers.
  private Optional<RotaryPositions> layerRotation(
      ConfigReader config, String kind, RotaryKeys keys, Sizes sizes) {
    return name.equals("olmo3")
        ? LayerRotations.of(config, kind, keys, sizes.positions())
        : Optional.empty();
  }

  /// OLMo 3 scales in full layers only; EXAONE 4 does not turn them, if others slide.
  private Turning turning(
      LayerKinds kinds, int layer, Rotation full, Rotation sliding, Sizes sizes) {
    boolean stands = name.equals("exaone4") && kinds.window() > 0 && !kinds.slides(layer);
    Rotation rotation = name.equals("olmo3") && kinds.slides(layer) ? sliding : full;
    return stands ? null : Turning.halves(rotation, sizes.headSize());
  }

  private LayerKinds kinds(ConfigReader config, Sizes sizes) {
    return switch (name) {
      case "olmo3" -> LayerKinds.read(config, sizes.layers(), 4096, layer -> (layer + 1) % 4 != 0);
      case "exaone4" -> {
        if (config.find("sliding_window_pattern").filter(v -> v.isTextual()).isPresent()) {
          if (!config.json().has("layer_types")) {
            throw config.failure(
                "sliding_window_pattern is %s, and there is no layer_types that says which layers slide"
                    .formatted(config.shown("sliding_window_pattern")));
          }
          yield LayerKinds.read(config, sizes.layers(), 4096, _ -> true);
        }
        int pattern = config.intOr("sliding_window_pattern", 0, 4);
        yield LayerKinds.read(
            config, sizes.layers(), 4096, layer -> pattern > 0 && (layer + 1) % pattern != 0);
      }
      default -> LayerKinds.none(sizes.layers());
    };
  }
}
