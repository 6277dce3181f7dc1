package io.github.nonplus.perplexity;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.BatchScores;
import io.github.nonplus.device.Routed;
import io.github.nonplus.program.Place;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.operand.RowSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Counts where tokens go, batch by batch.
final class RoutingTally {
  private final Map<Route, Counts> routers = new LinkedHashMap<>();
  private long windows;
  private long tokens;
  private long small;

  /// Of each expert of a router.
  private record Counts(long[] tokens, long[] scored, double[] losses) {
    Counts(int experts) {
      this(new long[experts], new long[experts], new double[experts]);
    }
  }

  void add(Batch batch, BatchScores scores) {
    windows += batch.windows();
    tokens += batch.tokens();
    boolean[] isSmall = new boolean[batch.tokens()];
    int[] scoredBy = new int[batch.tokens()];
    java.util.Arrays.fill(scoredBy, -1);
    for (int i = 0; i < batch.selected().length; i++) {
      scoredBy[batch.selected()[i]] = i;
    }
    for (Routed routed : scores.routed()) {
      Counts counts = routers.computeIfAbsent(routed.route(), route -> new Counts(route.experts()));
      boolean isOfSelected = routed.route().output().rows().equals(RowSpace.SELECTED);
      for (int row = 0; row < routed.rows(); row++) {
        int token = isOfSelected ? batch.selected()[row] : row;
        isSmall[token] |= routed.hasSmallMargin()[row];
        add(counts, routed, row, scoredBy[token], scores.nll());
      }
    }
    for (boolean each : isSmall) {
      small += each ? 1 : 0;
    }
  }

  /// @param scored the selected row of the token, −1 if there is none
  private static void add(Counts counts, Routed routed, int row, int scored, double[] nll) {
    for (int j = 0; j < routed.route().chosen(); j++) {
      int expert = routed.expert(row, j);
      counts.tokens()[expert]++;
      if (scored >= 0) {
        counts.scored()[expert]++;
        counts.losses()[expert] += nll[scored];
      }
    }
  }

  /// What was counted; empty if nothing is routed.
  Optional<RoutingAccount> account() {
    if (routers.isEmpty()) {
      return Optional.empty();
    }
    List<RoutingAccount.Router> all = new ArrayList<>();
    routers.forEach(
        (route, counts) -> {
          Place place = Place.of(route);
          List<RoutingAccount.Expert> experts = new ArrayList<>();
          for (int e = 0; e < route.experts(); e++) {
            long scored = counts.scored()[e];
            Double mean = scored == 0 ? null : counts.losses()[e] / scored;
            experts.add(new RoutingAccount.Expert(counts.tokens()[e], scored, mean));
          }
          Integer layer = place.layer().isPresent() ? place.layer().getAsInt() : null;
          all.add(new RoutingAccount.Router(layer, place.operation(), route.chosen(), experts));
        });
    return Optional.of(new RoutingAccount(windows, tokens, Route.SMALL_MARGIN, small, all));
  }
}
