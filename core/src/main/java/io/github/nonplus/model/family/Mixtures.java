package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.ExpertLayers;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/// What the configurations and checkpoints of mixtures of experts have in common.
final class Mixtures {
  private Mixtures() {}

  /// Reads how many experts there are, under one of several keys, which must not contradict each
  /// other.
  static int experts(ConfigReader config, LlamaLike like, String... keys) {
    int found = 0;
    for (String key : keys) {
      if (config.find(key).isPresent()) {
        int count = config.requiredInt(key, 1);
        if (found != 0 && count != found) {
          throw config.failure(
              "%s is %d, and another key says %d; remove the one that is wrong"
                  .formatted(key, count, found));
        }
        found = count;
      }
    }
    if (found == 0) {
      throw config.failure(keys[0] + " is missing");
    }
    like.fact("experts", found);
    return found;
  }

  /// Reads how many of them are chosen for a token.
  static int chosen(ConfigReader config, LlamaLike like, String key, int absent, int experts) {
    int chosen = config.intOr(key, 1, absent);
    if (chosen > experts) {
      throw config.failure("%s is %d, of %d experts".formatted(key, chosen, experts));
    }
    like.fact("experts_per_token", chosen);
    return chosen;
  }

  /// Which layers have experts: those that `mlp_layer_types` calls sparse, and without that list
  /// those of `otherwise`.
  static IntPredicate sparse(ConfigReader config, int layers, IntPredicate otherwise) {
    Optional<List<String>> types = config.findStrings("mlp_layer_types");
    if (types.isEmpty()) {
      return otherwise;
    }
    boolean known =
        types.get().size() == layers
            && types.get().stream().allMatch(t -> t.equals("dense") || t.equals("sparse"));
    if (!known) {
      throw config.failure(
          "mlp_layer_types is %s, expected 'dense' or 'sparse' for each of %d layers"
              .formatted(config.shown("mlp_layer_types"), layers));
    }
    return layer -> types.get().get(layer).equals("sparse");
  }

  /// All layers but the first `first_k_dense_replace`.
  static IntPredicate afterFirst(ConfigReader config, int layers, int absent) {
    int dense = config.intOr("first_k_dense_replace", 0, absent);
    return sparse(config, layers, layer -> layer >= dense);
  }

  /// A list of whole numbers, which may be absent.
  static List<Integer> numbers(ConfigReader config, String key) {
    return config.find(key).isEmpty()
        ? List.of()
        : config.numbers(key).stream().map(Double::intValue).toList();
  }

  /// Layers of experts under the usual names, stored one by one or in stacks.
  ///
  /// @param at where the experts are: `model.layers.3.mlp.experts.`
  /// @param inputsFirst whether stacks were published as inputs × outputs; they may hold the
  ///   reverse, as transformers 5.24 saves Qwen3-VL's, where the shape of each says so
  static ExpertLayers layers(
      LlamaLike like,
      String at,
      int experts,
      int inner,
      Activation activation,
      boolean inputsFirst) {
    return layers(like, at, experts, experts, inner, activation, inputsFirst);
  }

  /// The same of the first of more experts, of which the others have a gate and what is gated that
  /// nobody reads.
  ///
  /// @param all how many there are
  static ExpertLayers layers(
      LlamaLike like,
      String at,
      int experts,
      int all,
      int inner,
      Activation activation,
      boolean inputsFirst) {
    int hidden = like.sizes().hidden();
    for (int e = 0; e < experts; e++) {
      Source both = stacked(at + "gate_up_proj", e, all, 2 * inner, hidden, false);
      Source down = stacked(at + "down_proj", e, experts, hidden, inner, false);
      Source gate = both.rows(0, inner);
      Source up = both.rows(inner, 2 * inner);
      if (inputsFirst) {
        // With a square among them, one could be read one way and the other the other way.
        boolean tell = hidden != inner && hidden != 2 * inner;
        Source published = stacked(at + "gate_up_proj", e, all, 2 * inner, hidden, true);
        gate = either(tell, published.rows(0, inner), gate);
        up = either(tell, published.rows(inner, 2 * inner), up);
        down = either(tell, stacked(at + "down_proj", e, experts, hidden, inner, true), down);
      }
      add(like, at + e + ".gate_proj.weight", gate);
      add(like, at + e + ".up_proj.weight", up);
      add(like, at + e + ".down_proj.weight", down);
    }
    for (int e = experts; e < all; e++) {
      like.unused(at + e + ".");
    }
    return ExpertLayers.gated(activation, at + Experts.NUMBER + ".", inner, hidden);
  }

  private static Source either(boolean isToldApart, Source first, Source second) {
    return isToldApart ? first.or(second) : first;
  }

  /// One expert of a stack of matrices of that many rows and columns, or of columns and rows.
  private static Source stacked(
      String name, int expert, int experts, int rows, int columns, boolean inputsFirst) {
    Source stack =
        inputsFirst
            ? Source.stored(name, experts, columns, rows)
            : Source.stored(name, experts, rows, columns);
    return of(stack, expert, experts, inputsFirst);
  }

  /// One expert of a stack.
  static Source of(Source stack, int expert, int experts, boolean inputsFirst) {
    int rows = stack.rows() / experts;
    Source own = stack.rows(expert * rows, (expert + 1) * rows);
    return inputsFirst ? own.transposed() : own;
  }

  private static void add(LlamaLike like, String name, Source stacked) {
    like.source(name, Source.stored(name, stacked.rows(), stacked.columns()).or(stacked));
  }

  /// Layers of experts that are called `w1` (the gate), `w3` and `w2`.
  static ExpertLayers numbered(Activation activation, String at, int inner, int hidden) {
    String one = at + Experts.NUMBER + ".";
    return ExpertLayers.gated(
        activation,
        new Projection(one + "w1", inner),
        new Projection(one + "w3", inner),
        new Projection(one + "w2", hidden));
  }

  /// The router of DeepSeek V3 and its kin: sigmoids with a correction, in groups of which each is
  /// as good as its two best.
  ///
  /// @param bias the name of the correction
  static Routing corrected(ConfigReader config, LlamaLike like, Projection router, String bias) {
    int experts = router.outputs();
    int chosen = chosen(config, like, "num_experts_per_tok", 8, experts);
    boolean divided = config.booleanOr("norm_topk_prob", true);
    return Routing.sigmoid(router, chosen, divided ? new Route.Sum(1e-20, 0) : null)
        .corrected(bias)
        .within(groups(config, experts, chosen, 2))
        .times(config.positiveOr("routed_scaling_factor", 1));
  }

  /// Reads groups of experts.
  ///
  /// @param chosen experts of a token, which those of the kept groups must be enough for
  /// @param best how many of a group's best experts say how good it is
  static Route.Groups groups(ConfigReader config, int experts, int chosen, int best) {
    return groups(config, experts, chosen, best, new Route.Groups(1, 1, 1));
  }

  /// Reads groups of experts.
  ///
  /// @param absent how many there are, and are kept, where the configuration does not say
  static Route.Groups groups(
      ConfigReader config, int experts, int chosen, int best, Route.Groups absent) {
    int count = config.intOr("n_group", 1, absent.count());
    int kept = config.intOr("topk_group", 1, absent.kept());
    if (experts % count != 0 || kept > count || (count > 1 && best > experts / count)) {
      throw config.failure(
          "n_group %d with topk_group %d of %d experts cannot be".formatted(count, kept, experts));
    }
    if (chosen > experts / count * kept) {
      throw config.failure(
          "a token has %d experts, but %d of %d groups of experts (%s, %s) have only %d"
              .formatted(
                  chosen,
                  kept,
                  count,
                  config.name("topk_group"),
                  config.name("n_group"),
                  experts / count * kept));
    }
    return new Route.Groups(count, kept, count == 1 ? 1 : best);
  }

  /// A dense feed-forward layer beside the experts, `count` times as wide as one of them.
  static Part shared(LlamaLike like, String at, int inner, int count, Activation activation) {
    return count == 0
        ? null
        : FeedForward.gated(
            activation, at, Math.multiplyExact(count, inner), like.sizes().hidden(), false);
  }
}
