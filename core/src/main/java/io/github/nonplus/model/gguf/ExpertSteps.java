package io.github.nonplus.model.gguf;

import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Steps of mixtures of experts from metadata to a configuration. That llama.cpp divides weights by
/// no less than 2⁻¹⁴ is not followed: it would matter where no expert is chosen in earnest.
final class ExpertSteps {
  private static final int SOFTMAX = 1;
  private static final int SIGMOID = 2;
  private static final String DIVIDED = "norm_topk_prob";

  private ExpertSteps() {}

  /// How many there are in a layer and how many of them a token goes to.
  ///
  /// @param key of the first in the family's configuration
  static Consumer<Terms> count(String key) {
    return terms -> {
      terms.size(key, "expert_count").size("num_experts_per_tok", "expert_used_count");
      passOneGroup(terms.file());
      requireRouters(terms, terms.size(key));
    };
  }

  /// Most layers must have a router of as many experts, so that what is made of their number is no
  /// larger than what is there explains.
  private static void requireRouters(Terms terms, int experts) {
    Description file = terms.file();
    int layers = terms.size("num_hidden_layers");
    int routers = 0;
    for (int layer = 0; layer < layers; layer++) {
      String router = "blk.%d.ffn_gate_inp.weight".formatted(layer);
      if (file.hasTensor(router)) {
        routers++;
        if (file.rows(router) != experts) {
          throw file.failure(
              "expert_count is %d, but %s has %d rows; get the file again"
                  .formatted(experts, router, file.rows(router)));
        }
      }
    }
    if (routers * 16L < layers) {
      throw file.failure(
          "expert_count is %d, but %d of %d layers have a router (ffn_gate_inp); get the file again"
              .formatted(experts, routers, layers));
    }
  }

  /// Where experts are not chosen by groups.
  private static void passOneGroup(Description file) {
    for (String key : List.of("expert_group_count", "expert_group_used_count")) {
      if (file.has(key) && file.size(key) > 1) {
        file.forget(key);
      }
    }
  }

  /// Groups of experts, of which some can be chosen from: one, if the file names none, whatever the
  /// family would take without the key.
  static void groups(Terms terms) {
    int count = terms.file().findSize("expert_group_count").orElse(0);
    if (count > 1) {
      terms.put("n_group", count).size("topk_group", "expert_group_used_count");
    } else {
      terms.put("n_group", 1).put("topk_group", 1);
    }
  }

  /// The width of an expert; without it the feed-forward layer's is that of all that are used.
  static void width(Terms terms) {
    terms.put("moe_intermediate_size", width(terms.file(), terms.size("intermediate_size")));
  }

  /// The same where the family knows no other width.
  static void onlyWidth(Terms terms) {
    terms.put("intermediate_size", width(terms.file(), terms.size("intermediate_size")));
  }

  private static int width(Description file, int all) {
    int used = file.size("expert_used_count");
    return file.findSize("expert_feed_forward_length")
        .filter(width -> width > 0)
        .orElseGet(() -> used == 0 ? all : all / used);
  }

  /// The width of the layer beside them.
  static void sharedWidth(Terms terms) {
    int width = terms.file().findSize("expert_shared_feed_forward_length").orElse(0);
    terms.put(
        "shared_expert_intermediate_size", width > 0 ? width : terms.size("intermediate_size"));
  }

  /// That weights are divided by their sum, or are not, whatever a configuration says.
  static Consumer<Terms> divided(boolean always) {
    return terms ->
        terms
            .put(DIVIDED, always)
            .departing(
                new Departure(
                    DIVIDED,
                    (always ? "divides" : "does not divide")
                        + " the weights of chosen experts by their sum, whatever norm_topk_prob says",
                    true,
                    false,
                    Map.of(DIVIDED, BooleanNode.valueOf(always))));
  }

  /// Whether weights are divided by their sum, and what they are multiplied by.
  static void weights(Terms terms) {
    Description file = terms.file();
    terms
        .put(DIVIDED, file.findFlag("expert_weights_norm").orElse(false))
        .put("routed_scaling_factor", scale(file));
  }

  /// What weights are multiplied by.
  static double scale(Description file) {
    return file.findNumber("expert_weights_scale").filter(scale -> scale != 0).orElse(1.0);
  }

  /// Whether scores are sigmoids, and not a softmax.
  static boolean isSigmoid(Description file, boolean absent) {
    int function = file.findSize("expert_gating_func").orElse(absent ? SIGMOID : SOFTMAX);
    if (function != SIGMOID && function != SOFTMAX) {
      throw file.failure(
          "expert_gating_func is %d, expected 1 (softmax) or 2 (sigmoid)".formatted(function));
    }
    return function == SIGMOID;
  }

  /// Scores are sigmoids in this family.
  static void sigmoid(Terms terms) {
    if (!isSigmoid(terms.file(), true)) {
      throw terms
          .file()
          .failure(
              "expert_gating_func is 1 (softmax), but only 2 (sigmoid) is implemented for "
                  + terms.file().architecture());
    }
  }

  /// Layers without experts at the beginning.
  static Consumer<Terms> dense(String key) {
    return terms -> terms.put(key, terms.file().findSize("leading_dense_block_count").orElse(0));
  }
}
