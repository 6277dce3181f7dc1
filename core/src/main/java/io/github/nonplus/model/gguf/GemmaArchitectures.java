package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.PLAIN;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.Map;

/// Gemma's architectures: norms to whose weights one was added.
final class GemmaArchitectures {
  private static final String NORMS_AROUND =
      """
      model.layers.*.pre_feedforward_layernorm   blk.*.ffn_norm
      """
          + TensorTables.NORMS_AFTER;

  static final List<Architecture> ALL =
      List.of(
          gemma("gemma", "gemma"),
          gemma("gemma2", "gemma2")
              .with(NORMS_AROUND)
              .then(terms -> scale(terms, 46))
              .then(GemmaArchitectures::second),
          gemma("gemma3", "gemma3_text")
              .with(NORMS_AROUND)
              .then(terms -> scale(terms, 62))
              .then(GemmaArchitectures::third));

  private GemmaArchitectures() {}

  private static Architecture gemma(String name, String family) {
    return Architecture.of(name, family, PLAIN).plusOnes().then(Steps::rms).then(Rotations::whole);
  }

  /// llama.cpp divides by the root of a head's width, but in the models of 27 billion parameters,
  /// which it knows by their layers, of the width that the heads share.
  private static void scale(Terms terms, int layersOf27B) {
    boolean largest = terms.size("num_hidden_layers") == layersOf27B;
    int scalar =
        largest
            ? terms.size("hidden_size") / terms.size("num_attention_heads")
            : terms.size("head_dim");
    terms
        .put("query_pre_attn_scalar", scalar)
        .departing(
            new Departure(
                "query_pre_attn_scalar",
                "divides scores by the root of %d, whatever query_pre_attn_scalar says"
                    .formatted(scalar),
                true,
                true,
                Map.of("query_pre_attn_scalar", IntNode.valueOf(scalar))));
  }

  private static void second(Terms terms) {
    Description file = terms.file();
    terms
        .number("attn_logit_softcapping", "attn_logit_softcapping", 50)
        .number("final_logit_softcapping", "final_logit_softcapping", 30)
        .put("sliding_window", file.findSize("attention.sliding_window").orElse(4096));
    Steps.layerTypes(terms, 2);
    sameBase(file);
  }

  private static void sameBase(Description file) {
    double base = file.findNumber("rope.freq_base").orElse(10_000.0);
    if (file.findNumber("rope.freq_base_swa").orElse(base) != base) {
      throw file.failure(
          "gemma2.rope.freq_base_swa is another than rope.freq_base, which is not implemented");
    }
  }

  private static void third(Terms terms) {
    Description file = terms.file();
    file.findNumber("final_logit_softcapping")
        .filter(cap -> cap != 0)
        .ifPresent(cap -> terms.put("final_logit_softcapping", cap));
    int window = file.findSize("attention.sliding_window").orElse(0);
    double local = file.findNumber("rope.freq_base_swa").orElse(10_000.0);
    if (window == 0) {
      terms.json().putNull("sliding_window");
      terms.put("sliding_window_pattern", 1);
      return;
    }
    terms.put("sliding_window", window).put("rope_local_base_freq", local);
    Steps.layerTypes(terms, 6);
    terms.departing(
        new Departure(
            "layer_types",
            "lets five of six layers slide, whatever layer_types says",
            true,
            false,
            Map.of(
                "layer_types",
                terms.json().path("layer_types"),
                "sliding_window_pattern",
                NullNode.instance)));
  }
}
