package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;

/// Mistral as MLC writes it: the window that slides takes the place of the context window.
final class MistralForm {
  private static final String SLIDING = "sliding_window_size";
  private static final String WINDOW = "context_window_size";
  private static final String SINK = "attention_sink_size";

  private MistralForm() {}

  static MlcForm form() {
    return TableForm.of(
            "mistral",
            Naming.llamaLike("self_attn.qkv_proj").fusedGate(),
            MistralForm::fields,
            terms -> terms(terms.base()))
        .differing(
            model ->
                slidingByCalls(model, Differences.of(model), 4, true)
                    .ignoringScaling(Evidence.READ)
                    .end())
        .unsaid("rope_scaling");
  }

  /// MLC fills a cache call by call, and only then drops what is beyond the window: until then
  /// every token sees all before it.
  ///
  /// @param usual tokens that are never dropped where the directory does not say
  /// @param turns whether scores depend on distances alone, by which longer texts are computed
  static Differences slidingByCalls(
      FamilyModel model, Differences differences, int usual, boolean turns) {
    int window = sliding(model);
    int chunk =
        Math.max(1, TableForm.chunk(model).orElse(chunk(window, model.sizes().positions())));
    int whole = Math.toIntExact(Math.min((window / chunk + 1L) * chunk, 1 << 24));
    int sinks = Math.max(0, TableForm.sink(model).orElse(usual));
    boolean computed = turns && sinks < window;
    return differences.when(
        Evidence.EXECUTED,
        "sliding_window",
        "slides its window of %d tokens a call of %d at a time: a token sees all before it up to the %dth, %s"
            .formatted(
                window,
                chunk,
                whole,
                computed
                    ? "and then those of its call, the %d before it, and the first %d as near as they are in the cache"
                        .formatted(window - sinks, sinks)
                    : "and longer texts are not computed here"),
        each -> {
          if (window == -1) {
            return each;
          }
          FamilyModel all = each.adapted(Differences::seeingAll);
          return computed
              ? all.upTo(whole, new RollingCache(window, chunk, sinks))
              : all.upTo(whole);
        });
  }

  private static ObjectNode fields(FamilyModel model) {
    int sliding = sliding(model);
    int window = sliding == -1 ? model.sizes().positions() : -1;
    return ConfigFields.of(model)
        .stated(
            "hidden_size",
            "intermediate_size",
            "num_attention_heads",
            "num_hidden_layers",
            "rms_norm_eps",
            "vocab_size")
        .base("position_embedding_base")
        .stated("num_key_value_heads", "head_dim")
        .put(WINDOW, window)
        .put(SLIDING, sliding)
        .put("prefill_chunk_size", chunk(sliding, window))
        .put(SINK, 4)
        .shards()
        .batch()
        .end();
  }

  static int chunk(int sliding, int window) {
    return Math.min(sliding == -1 ? window : sliding, ConfigFields.LARGEST_CHUNK);
  }

  /// -1 for none. Where nothing is stated, there is none for MLC.
  static int sliding(FamilyModel model) {
    JsonNode window = model.configuration().path("sliding_window");
    return window.isInt() ? window.intValue() : -1;
  }

  /// A model whose window slides computes the same for all windows that are no longer.
  static Translation terms(Translation terms) {
    ObjectNode json = terms.json();
    int sliding = json.path(SLIDING).asInt(-1);
    if (json.path(WINDOW).asInt(-1) == -1 && sliding > 0) {
      terms.set(WINDOW, sliding);
    }
    terms.window("max_position_embeddings").without(SLIDING, SINK);
    return sliding > 0
        ? terms.set("sliding_window", sliding)
        : terms.set("sliding_window", json.nullNode());
  }
}
