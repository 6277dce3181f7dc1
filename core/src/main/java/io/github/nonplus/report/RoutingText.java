package io.github.nonplus.report;

import io.github.nonplus.perplexity.RoutingAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Where tokens went in a mixture of experts, in words.
final class RoutingText {
  /// Routers whose unused experts a screen names.
  private static final int SHOWN = 8;

  private RoutingText() {}

  static List<String> of(RoutingAccount account) {
    List<String> lines = new ArrayList<>();
    lines.add(
        say(
            "  experts    %d of %d were never chosen in %d windows%s; --json has each expert's tokens and loss",
            account.unused(),
            account.experts(),
            account.windows(),
            account.unused() == 0 ? "" : ", so that nothing is known of them"));
    List<RoutingAccount.Router> some =
        account.routers().stream().filter(router -> !router.unused().isEmpty()).toList();
    for (RoutingAccount.Router router : some.subList(0, Math.min(SHOWN, some.size()))) {
      lines.add(
          say(
              "  unused     %s%s: %s",
              router.layer() == null ? "" : "layer " + router.layer() + ", ",
              router.operation(),
              router.unused().stream().map(String::valueOf).collect(Collectors.joining(", "))));
    }
    if (some.size() > SHOWN) {
      lines.add(say("  …          and of %d more routers", some.size() - SHOWN));
    }
    lines.add(
        say(
            "  margins    %d of %d tokens had a margin below %.1e in some layer, where rounding may choose another expert",
            account.tokensOfSmallMargin(), account.tokens(), account.smallMargin()));
    return lines;
  }

  /// The same with every expert of every router: tokens that went to it, and the mean loss of what
  /// was predicted from them.
  static List<String> inFull(RoutingAccount account) {
    List<String> lines = new ArrayList<>();
    lines.add(
        say(
            "  experts    %d of %d were never chosen in %d windows; of each its tokens and their mean loss:",
            account.unused(), account.experts(), account.windows()));
    for (RoutingAccount.Router router : account.routers()) {
      lines.add(
          say(
              "    %s%s, %d for a token, unused: %s",
              router.layer() == null ? "" : "layer " + router.layer() + ", ",
              router.operation(),
              router.chosen(),
              router.unused().isEmpty()
                  ? "none"
                  : router.unused().stream()
                      .map(String::valueOf)
                      .collect(Collectors.joining(", "))));
      List<RoutingAccount.Expert> experts = router.experts();
      for (int e = 0; e < experts.size(); e++) {
        RoutingAccount.Expert expert = experts.get(e);
        if (expert.tokens() > 0) {
          String loss = expert.meanNll() == null ? "" : say(", %.4f nats", expert.meanNll());
          lines.add(say("      expert %d: %d tokens%s", e, expert.tokens(), loss));
        }
      }
    }
    lines.add(
        say(
            "  margins    %d of %d tokens had a margin below %.1e in some layer, where rounding may choose another expert",
            account.tokensOfSmallMargin(), account.tokens(), account.smallMargin()));
    return lines;
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
