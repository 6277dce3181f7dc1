package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Ranking;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.operand.Buffer;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The indexer of latent attention: small heads of its own choose the keys that a query attends to.
///
/// @param at where its tensors are: `model.layers.3.self_attn.indexer.`; null where a layer attends
///   to what an earlier one has chosen
/// @param heads of queries, which share one key
/// @param size columns of a head
/// @param kept keys of a query
/// @param turning of the first columns of a head
record KeyIndexer(String at, int heads, int size, int kept, Turning turning) {
  private static final String NAME = "chosen keys";
  private static final double EPSILON = 1e-6;
  private static final String FULL = "full";
  private static final String SHARED = "shared";

  /// What configurations call layers of such attention.
  private static final List<String> SPARSE =
      List.of("deepseek_sparse_attention", "indexed_attention");

  /// Reads the indexers of all layers.
  ///
  /// @param turning of the first columns of a head
  /// @param canShare whether some layers may have none of their own, as GLM's
  static IntFunction<KeyIndexer> read(
      ConfigReader config,
      LlamaLike like,
      LatentAttention.Shape latent,
      Turning turning,
      boolean canShare) {
    int heads = config.requiredInt("index_n_heads", 1);
    int size = config.requiredInt("index_head_dim", latent.turned());
    int kept = config.intOr("index_topk", 1, 2048);
    if (latent.queryRank() == 0) {
      throw config.failure("q_lora_rank is missing, and the indexer reads what it narrows");
    }
    int layers = like.sizes().layers();
    config
        .findStrings("layer_types")
        .filter(types -> types.size() != layers || !SPARSE.containsAll(types))
        .ifPresent(
            _ -> {
              throw config.failure(
                  "layer_types is %s, expected '%s' for each of %d layers"
                      .formatted(config.shown("layer_types"), SPARSE.getFirst(), layers));
            });
    like.fact("index_topk", kept);
    List<Boolean> shares = shares(config, canShare, layers);
    KeyIndexer one = new KeyIndexer(null, heads, size, kept, turning);
    return layer -> shares.get(layer) ? one : one.at(LlamaLike.at(layer) + "self_attn.indexer.");
  }

  /// Which layers attend to what an earlier one has chosen: as they are listed, else by a pattern,
  /// else all from some layer on but every `index_topk_freq`-th.
  private static List<Boolean> shares(ConfigReader config, boolean canShare, int layers) {
    if (!canShare) {
      return Collections.nCopies(layers, false);
    }
    if (!config.booleanOr("indexer_rope_interleave", true)) {
      throw config.failure(
          "indexer_rope_interleave is false, which transformers does not obey in this family");
    }
    int every = config.intOr("index_topk_freq", 1, 1);
    int offset = config.wholeOr("index_skip_topk_offset", 0, 2);
    List<String> types =
        config
            .findStrings("indexer_types")
            .orElseGet(
                () ->
                    IntStream.range(0, layers)
                        .mapToObj(i -> Math.max(i - offset + 1, 0) % every == 0 ? FULL : SHARED)
                        .toList());
    boolean known =
        types.size() == layers
            && types.getFirst().equals(FULL)
            && types.stream().allMatch(each -> each.equals(FULL) || each.equals(SHARED));
    if (!known) {
      throw config.failure(
          "indexer_types is %s, expected '%s' or '%s' for each of %d layers, and for the first '%s'"
              .formatted(config.shown("indexer_types"), FULL, SHARED, layers, FULL));
    }
    return types.stream().map(SHARED::equals).toList();
  }

  private KeyIndexer at(String tensors) {
    return new KeyIndexer(tensors, heads, size, kept, turning);
  }

  /// Adds its operations to a program.
  ///
  /// @param in what attention reads
  /// @param narrow the normed latent of its queries
  Attend.Chosen build(ProgramBuilder program, String name, Buffer in, Buffer narrow) {
    if (at != null) {
      program.share(NAME, choice(program, name + "index.", in, narrow));
    }
    return new Attend.Chosen(program.shared(NAME).view(), kept);
  }

  /// What scores are multiplied by besides is the same for all keys, and changes no choice.
  private Buffer choice(ProgramBuilder program, String name, Buffer in, Buffer narrow) {
    Buffer q = program.linear(name + "q", narrow, new Projection(at + "wq_b", heads * size));
    program.add(turning.of(q.view(), size));
    Buffer plain = program.linear(name + "k", in, new Projection(at + "wk", size));
    Buffer k = program.norm(name + "k.norm", plain, Norming.layer(at + "k_norm", EPSILON), 1);
    program.add(turning.of(k.view(), size));
    Buffer weights =
        program.linear(name + "weights", in, new Projection(at + "weights_proj", heads));
    Buffer chosen = program.tokens(name + "keys", SelectKeys.width(1, kept));
    program.add(
        new SelectKeys(new Ranking.Indexed(q.view(), k.view(), weights.view()), kept, chosen));
    return chosen;
  }
}
