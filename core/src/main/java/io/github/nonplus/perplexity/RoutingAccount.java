package io.github.nonplus.perplexity;

import java.util.List;
import java.util.stream.IntStream;

/// Which experts of a mixture the windows went to, and what they lost there.
///
/// @param windows that were counted: those of an earlier start of the run were not
/// @param tokens of these windows that went through the model
/// @param smallMargin a margin between the last chosen expert and the next, in the router's scores,
///   below which rounding may choose another expert
/// @param tokensOfSmallMargin tokens with such a margin in some layer
public record RoutingAccount(
    long windows, long tokens, double smallMargin, long tokensOfSmallMargin, List<Router> routers) {
  public RoutingAccount {
    routers = List.copyOf(routers);
  }

  /// One router.
  ///
  /// @param layer counted from 0
  /// @param chosen how many experts are chosen for a token
  /// @param experts one by one
  public record Router(Integer layer, String operation, int chosen, List<Expert> experts) {
    public Router {
      experts = List.copyOf(experts);
    }

    /// The experts that no token went to: nothing is known of them.
    public List<Integer> unused() {
      return IntStream.range(0, experts.size())
          .filter(e -> experts.get(e).tokens() == 0)
          .boxed()
          .toList();
    }
  }

  /// One expert.
  ///
  /// @param tokens that went to it
  /// @param scored tokens that were predicted from these
  /// @param meanNll of the scored tokens, null if there are none
  public record Expert(long tokens, long scored, Double meanNll) {}

  /// Experts of all routers.
  public int experts() {
    return routers.stream().mapToInt(router -> router.experts().size()).sum();
  }

  /// Those that no token went to.
  public int unused() {
    return routers.stream().mapToInt(router -> router.unused().size()).sum();
  }
}
