package io.github.nonplus.model.family;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.ActivationNames;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Embedding;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Head;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.rotation.DynamicRotation;
import io.github.nonplus.program.rotation.Rotation;
import io.github.nonplus.weights.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/// The way from a configuration to a decoder that most families share: tensors are called
/// `model.layers.3.self_attn.q_proj.weight`, and blocks are attention and then a feed-forward
/// layer. A family says where it departs from that.
final class LlamaLike {
  private final ConfigReader config;
  private final Sizes sizes;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final Map<String, Source> sources = new HashMap<>();
  private final Set<String> unused = new LinkedHashSet<>(Set.of(".rotary_emb.inv_freq"));
  private boolean tied;
  private OptionalInt limit = OptionalInt.empty();
  private String table = "model.embed_tokens";
  private String headName = "lm_head";

  LlamaLike(ConfigReader config, String modelType, Sizes sizes) {
    this.config = config;
    this.sizes = sizes;
    facts.put("model_type", modelType);
    facts.put("hidden_size", "" + sizes.hidden());
    facts.put("intermediate_size", "" + sizes.inner());
    facts.put("num_hidden_layers", "" + sizes.layers());
    facts.put("num_attention_heads", "" + sizes.heads());
    facts.put("num_key_value_heads", "" + sizes.keyHeads());
    facts.put("head_dim", "" + sizes.headSize());
    facts.put("vocab_size", "" + sizes.vocabulary());
  }

  Sizes sizes() {
    return sizes;
  }

  /// Adds something that a person wants to know.
  LlamaLike fact(String name, Object value) {
    facts.put(name, "" + value);
    return this;
  }

  /// Drops what is said of heads, where there are none.
  LlamaLike withoutHeads() {
    facts.keySet().removeAll(Set.of("num_attention_heads", "num_key_value_heads", "head_dim"));
    return this;
  }

  /// A failure that names the configuration.
  ModelException failure(String what) {
    return config.failure(what);
  }

  /// Reads a switch, which becomes a fact.
  boolean flag(String key, boolean absent) {
    boolean value = config.booleanOr(key, absent);
    fact(key, value);
    return value;
  }

  /// Reads a number above 0, which becomes a fact.
  double positive(String key, double absent) {
    double value = config.positiveOr(key, absent);
    fact(key, value);
    return value;
  }

  /// Reads the activation of the feed-forward layer, which becomes a fact.
  Activation activation(String key, String absent) {
    Activation activation = ActivationNames.read(config, key, absent);
    fact(key, activation.name().toLowerCase(java.util.Locale.ROOT));
    return activation;
  }

  /// Reads an activation that may be silu only: a family's formulas have it in them elsewhere, too.
  Activation silu(String key) {
    if (activation(key, "silu") != Activation.SILU) {
      throw failure("%s: only silu is implemented".formatted(key));
    }
    return Activation.SILU;
  }

  /// Reads whether embedding and output layer are one.
  LlamaLike tied(boolean absent) {
    tied = flag("tie_word_embeddings", absent);
    return this;
  }

  /// Names of the tables where they are others.
  LlamaLike names(String embedding, String head) {
    table = embedding;
    headName = head;
    return this;
  }

  /// The longest window that the model can be given at all.
  LlamaLike limit(int tokens) {
    limit = OptionalInt.of(tokens);
    return this;
  }

  /// A parameter that is not the tensor of its very name.
  LlamaLike source(String parameter, Source source) {
    sources.put(parameter, source);
    return this;
  }

  /// Endings of tensors that nobody reads.
  LlamaLike unused(String... endings) {
    unused.addAll(List.of(endings));
    return this;
  }

  /// Layers after the last, which predict further tokens.
  LlamaLike laterLayersUnused() {
    int count = config.intOr("num_nextn_predict_layers", 0, 1);
    for (int i = 0; i < Math.min(count, 100); i++) {
      unused.add(at(sizes.layers() + i));
    }
    return this;
  }

  /// A tensor that nobody reads.
  void unusedTensor(String name) {
    unused.add(name);
  }

  /// The plain feed-forward layer of a layer, with a gate.
  FeedForward gated(int layer, Activation activation, boolean bias) {
    return FeedForward.gated(activation, at(layer) + "mlp.", sizes.inner(), sizes.hidden(), bias);
  }

  /// Attention of a layer with layers of the usual names.
  Attention attention(int layer, boolean bias, boolean outputBias) {
    return Attention.of(
        sizes.attention(), at(layer) + "self_attn.", sizes.hidden(), bias, outputBias);
  }

  /// Attention whose whole heads turn in halves.
  Attention turning(int layer, boolean bias, boolean outputBias, Rotation rotation) {
    return attention(layer, bias, outputBias).turning(Turning.halves(rotation, sizes.headSize()));
  }

  /// Where the tensors of a layer are.
  static String at(int layer) {
    return "model.layers.%d.".formatted(layer);
  }

  /// A block of two branches, each with a norm before.
  static Block normedBefore(Norming first, Part attention, Norming second, Part feedForward) {
    return Block.sequential(
        Branch.of("attention", first, attention), Branch.of("mlp", second, feedForward));
  }

  /// The embedding as it is, a name for it.
  Embedding embedding() {
    return new Embedding(table, sizes.vocabulary(), sizes.hidden());
  }

  /// The output layer, which is the embedding where the two are tied.
  Head head() {
    return Head.of(tied ? table : headName);
  }

  List<Block> blocks(IntFunction<Block> block) {
    List<Block> blocks = new ArrayList<>();
    for (int layer = 0; layer < sizes.layers(); layer++) {
      blocks.add(block.apply(layer));
    }
    return blocks;
  }

  /// The model, with the usual last norm.
  FamilyModel model(RotaryPositions positions, Norming lastNorm, IntFunction<Block> block) {
    return model(positions, new Decoder(embedding(), blocks(block), lastNorm, head()));
  }

  /// @param positions null if the family has none
  FamilyModel model(RotaryPositions positions, Decoder decoder) {
    if (decoder.lastNorm() != null) {
      String key =
          switch (decoder.lastNorm().kind()) {
            case RMS -> "rms_norm_eps";
            case LAYER -> "layer_norm_eps";
          };
      fact(key, decoder.lastNorm().epsilon());
    }
    if (positions != null) {
      fact("rotation", positions.rotation());
    }
    return new FamilyModel(
        decoder,
        sizes,
        contextWindow(positions),
        limit,
        facts,
        sources,
        unused,
        tied ? Optional.of(headName + ".weight") : Optional.empty(),
        positions,
        Optional.empty(),
        config.json(),
        UnaryOperator.identity(),
        Optional.empty());
  }

  /// Dynamic scaling is there for windows beyond the trained length; the others have theirs in it.
  private int contextWindow(RotaryPositions positions) {
    return positions != null && positions.rotation() instanceof DynamicRotation dynamic
        ? (int) Math.max(sizes.positions(), sizes.positions() * dynamic.factor())
        : sizes.positions();
  }
}
