package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Adjustment;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Gemma 3n: several residual streams, a learnt way around attention (Laurel), gates of which only
/// the largest count, inputs of their own for each layer, and layers that share the keys and values
/// of earlier ones.
final class Gemma3n implements Family {
  @Override
  public List<String> names() {
    return List.of("gemma3n_text");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    int hidden = config.requiredInt("hidden_size", 1);
    int layers = config.requiredInt("num_hidden_layers", 1);
    List<Integer> inner = inner(config, layers);
    Sizes sizes =
        Sizes.read(config, 2, 256, Collections.max(inner), hidden).requireEvenHeads(config);
    Gemma.refuseBothDirections(config);
    LlamaLike like = new LlamaLike(config, "gemma3n_text", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_activation", "gelu_pytorch_tanh");
    boolean bias = like.flag("attention_bias", false);
    double cap = Gemma.cap(config, "final_logit_softcapping", 30);
    LayerKinds kinds = LayerKinds.read(config, layers, 512, layer -> (layer + 1) % 5 != 0);
    int firstShared = layers - config.intOr("num_kv_shared_layers", 0, 15);
    if (firstShared < 0) {
      throw config.failure("num_kv_shared_layers is more than num_hidden_layers");
    }
    RotaryPositions ofSliding = sliding(config, sizes);
    RotaryPositions ofFull = full(config, sizes);
    int rows = config.intOr("vocab_size_per_layer_input", 1, 262_144);
    int width = config.intOr("hidden_size_per_layer_input", 1, 256);
    SideInputs side = SideInputs.of(like, width, rows, epsilon);
    int streams = config.intOr("altup_num_inputs", 1, 4);
    int active = config.intOr("altup_active_idx", 0, 0);
    if (active >= streams) {
      throw config.failure("altup_active_idx is %d, of %d streams".formatted(active, streams));
    }
    like.fact("altup_num_inputs", streams);
    boolean scales = like.flag("altup_correct_scale", true);
    like.tied(true);
    Layers all =
        new Layers(
            like,
            kinds,
            ofSliding,
            ofFull,
            epsilon,
            activation,
            bias,
            firstShared,
            new Streams(streams, active, hidden, epsilon),
            scales,
            config.intOr("laurel_rank", 1, 64),
            inner,
            sparsities(config, layers),
            side);
    return like.model(
        ofFull,
        new Decoder(
            like.embedding().scaledBy(Math.sqrt(hidden)),
            List.of(side),
            like.blocks(all::block),
            Norming.rms("model.norm", epsilon),
            like.head().cappedAt(cap)));
  }

  /// Widths of the feed-forward layers: one for all, or a list.
  private static List<Integer> inner(ConfigReader config, int layers) {
    String key = "intermediate_size";
    if (config.find(key).filter(value -> !value.isArray()).isPresent()) {
      return Collections.nCopies(layers, config.requiredInt(key, 1));
    }
    List<Integer> inner = Mixtures.numbers(config, key);
    if (inner.size() != layers || inner.stream().anyMatch(width -> width < 1)) {
      throw config.failure(
          "intermediate_size is %s, expected a width, or one for each of %d layers"
              .formatted(config.shown(key), layers));
    }
    return inner;
  }

  /// The part of a gate that becomes 0, by layer.
  private static List<Double> sparsities(ConfigReader config, int layers) {
    String key = "activation_sparsity_pattern";
    int sparse = layers > 10 ? 10 : 0;
    List<Double> parts = new ArrayList<>(Collections.nCopies(sparse, 0.95));
    parts.addAll(Collections.nCopies(layers - sparse, 0.0));
    if (config.find(key).isPresent()) {
      parts = config.numbers(key);
    }
    if (parts.size() != layers || parts.stream().anyMatch(part -> part < 0 || part >= 1)) {
      throw config.failure(
          "activation_sparsity_pattern is %s, expected a part of 1 for each of %d layers"
              .formatted(config.shown(key), layers));
    }
    return parts;
  }

  private static RotaryPositions full(ConfigReader config, Sizes sizes) {
    RotaryKeys keys = RotaryKeys.whole(1_000_000, sizes.headSize());
    return LayerRotations.of(config, "full_attention", keys, sizes.positions())
        .orElseGet(() -> RotationReader.fromHuggingFace(config, keys, sizes.positions()));
  }

  private static RotaryPositions sliding(ConfigReader config, Sizes sizes) {
    RotaryKeys plain = RotaryKeys.whole(10_000, sizes.headSize());
    return LayerRotations.of(config, "sliding_attention", plain, sizes.positions())
        .orElseGet(
            () -> {
              double base = config.positiveOr("rope_local_base_freq", 10_000);
              return LayerRotations.plain(RotaryKeys.whole(base, sizes.headSize()));
            });
  }

  /// What the blocks are made of.
  ///
  /// @param firstShared the first layer that shares keys and values
  /// @param scales whether what side inputs read is multiplied by learnt numbers
  /// @param rank of the way around attention
  private record Layers(
      LlamaLike like,
      LayerKinds kinds,
      RotaryPositions ofSliding,
      RotaryPositions ofFull,
      double epsilon,
      Activation activation,
      boolean bias,
      int firstShared,
      Streams streams,
      boolean scales,
      int rank,
      List<Integer> inner,
      List<Double> sparsities,
      SideInputs side) {
    Block block(int layer) {
      attention(layer); // which refuses what cannot be
      return Block.whole(this::build);
    }

    private Norming norm(String name) {
      return Norming.rms(name, epsilon);
    }

    private Buffer build(ProgramBuilder program, int layer, Buffer in) {
      String at = LlamaLike.at(layer);
      String name = layer + ".";
      List<Buffer> entering = streams.entering(program, layer, in);
      List<Buffer> predicted = streams.predicted(program, name, at + "altup.", entering);
      Buffer out = computed(program, layer, predicted.get(streams.active()));
      List<Buffer> corrected =
          new ArrayList<>(streams.corrected(program, name, at + "altup.", predicted, out));
      Buffer read = corrected.get(streams.active());
      if (scales) {
        Parameter factors =
            Parameter.vector(at + "altup.correct_output_scale", like.sizes().hidden());
        read = program.scale(name + "side.read", read, new Factor.Stored(factors));
      }
      Buffer plain = side.of(activation).build(program, layer, read);
      Buffer sided =
          program.norm(name + "side.after", plain, norm(at + "post_per_layer_input_norm"), 1);
      for (int k = 1; k < streams.count(); k++) {
        String own = name + "side." + k;
        corrected.set(k, program.sum(own, corrected.get(k), sided, 1));
      }
      return streams.leaving(program, layer + 1 == like.sizes().layers(), corrected);
    }

    /// What the layer makes of one stream: attention and the way around it, then the feed-forward
    /// layer.
    private Buffer computed(ProgramBuilder program, int layer, Buffer x) {
      String at = LlamaLike.at(layer);
      String name = layer + ".";
      Buffer normed = program.norm(name + "norm", x, norm(at + "input_layernorm"), 1);
      Buffer around = around(program, name + "laurel", at + "laurel.", normed);
      Buffer attended = attention(layer).build(program, layer, normed);
      attended =
          program.norm(
              name + "attention.after", attended, norm(at + "post_attention_layernorm"), 1);
      Buffer plain = program.sum(name + "attention.x", x, attended, 1);
      Buffer both = program.tokens(name + "attention.both", x.width());
      double half = 1 / Math.sqrt(2);
      program.add(new Combine(plain.view(), half, around.view(), half, both));
      Buffer before =
          program.norm(name + "mlp.norm", both, norm(at + "pre_feedforward_layernorm"), 1);
      Buffer made = feedForward(program, layer, before);
      made = program.norm(name + "mlp.after", made, norm(at + "post_feedforward_layernorm"), 1);
      return program.sum(name + "mlp.x", both, made, 1);
    }

    private Buffer around(ProgramBuilder program, String name, String at, Buffer in) {
      Buffer left = program.linear(name + ".left", in, new Projection(at + "linear_left", rank));
      Buffer right =
          program.linear(name + ".right", left, new Projection(at + "linear_right", in.width()));
      Buffer normed = program.norm(name + ".norm", right, norm(at + "post_laurel_norm"), 1);
      return program.sum(name, in, normed, 1);
    }

    private Buffer feedForward(ProgramBuilder program, int layer, Buffer in) {
      String at = LlamaLike.at(layer) + "mlp.";
      String name = layer + ".";
      int width = inner.get(layer);
      Buffer gate = program.linear(name + "gate", in, new Projection(at + "gate_proj", width));
      Buffer up = program.linear(name + "up", in, new Projection(at + "up_proj", width));
      double part = sparsities.get(layer);
      if (part > 0) {
        Buffer sparse = program.tokens(name + "gate.sparse", width);
        Adjustment law = new Adjustment.Sparse(Quantiles.normal(part));
        program.add(new Adjust(gate.view(), law, sparse));
        gate = sparse;
      }
      Buffer gated = program.gate(name + "gated", activation, gate.view(), up.view());
      return program.linear(
          name + "down", gated, new Projection(at + "down_proj", like.sizes().hidden()));
    }

    private Attention attention(int layer) {
      boolean slides = kinds.slides(layer);
      String own = LlamaLike.at(layer) + "self_attn.";
      RotaryPositions positions = slides ? ofSliding : ofFull;
      Attention attention =
          like.turning(layer, bias, bias, positions.rotation())
              .norms(norm(own + "q_norm"), norm(own + "k_norm"))
              .valueNorm(Norming.rms(epsilon))
              .scale(1)
              .mask(kinds.mask(layer));
      if (layer >= firstShared) {
        attention.sharing(lastOwn(slides));
        like.unused(own + "k_proj.", own + "v_proj.", own + "k_norm.");
      }
      return attention;
    }

    /// The last layer of its kind that has keys and values of its own.
    private int lastOwn(boolean slides) {
      for (int layer = firstShared - 1; layer >= 0; layer--) {
        if (kinds.slides(layer) == slides) {
          return layer;
        }
      }
      throw like.failure("num_kv_shared_layers leaves no layer whose keys could be shared");
    }
  }
}
