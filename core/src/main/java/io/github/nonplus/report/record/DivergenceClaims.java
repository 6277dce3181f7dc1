package io.github.nonplus.report.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.Extent;
import io.github.nonplus.divergence.Divergence;
import io.github.nonplus.divergence.DivergenceTally;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.protocol.Averaging;
import java.util.List;

/// The numbers that a record claims of a divergence, each held against what its windows give. They
/// are summed as they were when the record was made, so nothing but exp and log of another
/// processor's mathematics could make a difference.
final class DivergenceClaims {
  private static final double TOLERANCE = 1e-9;

  /// Of differences of probabilities, which are rounded at 1.
  private static final double LEAST = 1e-14;

  private DivergenceClaims() {}

  /// The divergence that the windows give.
  ///
  /// @throws RecordException naming a claim that is not so
  static Divergence check(
      Facts facts, Extent extent, List<ScoredWindow> windows, List<ComparedWindow> compared) {
    Averaging averaging =
        Averaging.ofLaw(facts.text("averaging"))
            .orElseThrow(
                () ->
                    facts.damaged("averaging", "a law that is known here, which divergences need"));
    boolean bothWays = compared.getFirst().reverseKld().isPresent();
    DivergenceTally tally = new DivergenceTally(bothWays, averaging, extent);
    for (int w = 0; w < windows.size(); w++) {
      tally.add(compared.get(w).with(w, windows.get(w)));
    }
    Divergence divergence = tally.divergence();
    check(facts.part("divergence"), ResultJson.tree(divergence));
    return divergence;
  }

  private static void check(Facts claimed, ObjectNode given) {
    for (var number : given.properties()) {
      String key = number.getKey();
      if (number.getValue() instanceof ObjectNode part) {
        check(claimed.part(key), part);
      } else if (!isSame(claimed, key, number.getValue())) {
        throw new RecordException(
            "%s claims %s%s %s, but its windows give %s; it was changed, measure it again"
                .formatted(
                    claimed.path(),
                    claimed.name(),
                    key,
                    claimed.json().path(key).asText("nothing"),
                    number.getValue().asText()));
      }
    }
  }

  private static boolean isSame(Facts claimed, String key, JsonNode given) {
    if (given.isNull() || !claimed.has(key)) {
      return given.isNull() != claimed.has(key);
    }
    double one = claimed.large(key);
    double two = given.isNumber() ? given.doubleValue() : Double.POSITIVE_INFINITY;
    return one == two
        || Math.abs(one - two) <= TOLERANCE * Math.max(Math.abs(one), Math.abs(two)) + LEAST;
  }
}
