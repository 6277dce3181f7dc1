package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.operand.Buffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Zamba2: state spaces, some of which read a row to which a transformer block has added; a few
/// such blocks are shared by all of those layers, each of which adapts its block.
final class Zamba2 implements Family {
  private static final String SPACE = "mamba";

  /// What transformers 5.24 calls the same.
  private static final String NEWER_SPACE = "linear_attention";

  private static final String HYBRID = "hybrid";

  /// Of the norm of what is read from a memory, whatever a configuration says of the others.
  private static final double EPSILON = 1e-5;

  @Override
  public List<String> names() {
    return List.of("zamba2");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(Map.of("head_dim", "attention_head_dim"));
    int heads = config.requiredInt("num_attention_heads", 1);
    int hidden = config.requiredInt("hidden_size", 1);
    Sizes sizes = Sizes.read(config, 0, Math.max(1, 2 * hidden / heads)).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "zamba2", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    List<Integer> hybrids = hybrids(config, sizes.layers());
    int stored = config.intOr("num_mem_blocks", 1, 1);
    boolean turns = like.flag("use_mem_rope", false);
    SharedBlock shared =
        new SharedBlock(
            sizes,
            config.intOr("attention_hidden_size", 1, 2 * hidden),
            config.intOr("adapter_rank", 1, 128),
            like.flag("use_shared_attention_adapter", false),
            like.activation("hidden_act", "gelu"),
            turns ? Turning.halves(positions.rotation(), sizes.headSize()) : null,
            epsilon);
    StateSpace.Shape shape = shape(config, hidden);
    boolean convolutionBias = like.flag("use_conv_bias", true);
    like.tied(true);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              int hybrid = hybrids.indexOf(layer);
              if (hybrid < 0) {
                Norming norm = Norming.rms(at + "input_layernorm", epsilon);
                return Block.sequential(
                    Branch.of("ssm", norm, space(like, shape, at + "mamba.", convolutionBias)));
              }
              String first = LlamaLike.at(hybrids.get(hybrid % stored)) + "shared_transformer.";
              Part own = space(like, shape, at + "mamba_decoder.mamba.", convolutionBias);
              shared.from(like, first);
              Norming norm = Norming.rms(at + "mamba_decoder.input_layernorm", epsilon);
              return Block.sequential(
                  Branch.of(
                      "hybrid",
                      null,
                      (program, index, in) -> {
                        Buffer added = shared.build(program, index, in, first, at, hybrid);
                        Buffer sum = program.sum(index + ".shared.x", in, added, 1);
                        return own.build(
                            program, index, program.norm(index + ".space.norm", sum, norm, 1));
                      }));
            });
    return like.model(
        turns ? positions : null,
        new Decoder(
            like.embedding(),
            List.of((program, embedded) -> program.share(SharedBlock.EMBEDDED, embedded)),
            blocks,
            Norming.rms("model.final_layernorm", epsilon),
            like.head()));
  }

  /// The layers that a shared block adds to.
  private static List<Integer> hybrids(ConfigReader config, int layers) {
    List<Integer> listed =
        config.isSet("hybrid_layer_ids")
            ? config.numbers("hybrid_layer_ids").stream().map(Double::intValue).toList()
            : List.of();
    if (!config.isSet("layers_block_type") && listed.isEmpty()) {
      throw config.failure("layers_block_type is missing, which says which layers are hybrid");
    }
    List<String> kinds =
        MixerKinds.read(
            config,
            "layers_block_type",
            layers,
            List.of(SPACE, NEWER_SPACE, HYBRID),
            layer -> listed.contains(layer) ? HYBRID : SPACE);
    List<Integer> hybrids =
        IntStream.range(0, layers).filter(i -> kinds.get(i).equals(HYBRID)).boxed().toList();
    if (!listed.isEmpty() && !listed.equals(hybrids)) {
      throw config.failure(
          "hybrid_layer_ids %s and layers_block_type contradict each other; remove the one that is wrong"
              .formatted(config.shown("hybrid_layer_ids")));
    }
    return hybrids;
  }

  private static StateSpace.Shape shape(ConfigReader config, int hidden) {
    int width = Math.multiplyExact(config.intOr("mamba_expand", 1, 2), hidden);
    int heads = config.intOr("n_mamba_heads", 1, 8);
    int size = config.intOr("mamba_headdim", 1, width / heads);
    if ((long) heads * size != width) {
      throw config.failure(
          "n_mamba_heads %d of mamba_headdim %d are not mamba_expand times hidden_size, %d"
              .formatted(heads, size, width));
    }
    return new StateSpace.Shape(
        heads,
        size,
        config.intOr("mamba_ngroups", 1, 1),
        config.intOr("mamba_d_state", 1, 64),
        config.intOr("mamba_d_conv", 1, 4),
        config.positiveOr("time_step_min", 0.001),
        Softplus.UNLIMITED);
  }

  private static Part space(
      LlamaLike like, StateSpace.Shape shape, String at, boolean convolutionBias) {
    return new StateSpace(
            shape,
            at,
            like.sizes().hidden(),
            new StateSpace.Biases(false, convolutionBias, false),
            new StateSpace.Gating(Norming.rms(at + "norm", EPSILON), shape.groups(), false),
            StateSpace.UNSCALED)
        .from(like);
  }
}
