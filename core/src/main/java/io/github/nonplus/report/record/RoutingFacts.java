package io.github.nonplus.report.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.perplexity.RoutingAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where tokens went in a mixture of experts, as a result says it.
public final class RoutingFacts {
  /// The key of these facts.
  public static final String KEY = "routing";

  private RoutingFacts() {}

  /// What a result says; empty if its model has no experts.
  public static Optional<RoutingAccount> of(ObjectNode facts) {
    JsonNode routing = facts.path(KEY);
    if (!routing.isObject()) {
      return Optional.empty();
    }
    List<RoutingAccount.Router> routers = new ArrayList<>();
    routing.path("routers").forEach(router -> routers.add(router(router)));
    return Optional.of(
        new RoutingAccount(
            routing.path("windows").asLong(),
            routing.path("tokens").asLong(),
            routing.path("small_margin").asDouble(),
            routing.path("tokens_of_small_margin").asLong(),
            routers));
  }

  private static RoutingAccount.Router router(JsonNode router) {
    List<RoutingAccount.Expert> experts = new ArrayList<>();
    for (JsonNode each : router.path("experts")) {
      JsonNode loss = each.path("mean_nll");
      experts.add(
          new RoutingAccount.Expert(
              each.path("tokens").asLong(),
              each.path("scored").asLong(),
              loss.isNumber() ? loss.asDouble() : null));
    }
    return new RoutingAccount.Router(
        router.path("layer").isInt() ? router.path("layer").asInt() : null,
        router.path("operation").asText(),
        router.path("chosen").asInt(),
        experts);
  }
}
