package io.github.nonplus.explanation;

import io.github.nonplus.corpus.AllScored;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Joining;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.SpecialTokens;
import java.util.ArrayList;
import java.util.List;

/// The steps of an explanation: the second protocol's parts take the place of the first's one after
/// another, in the order in which a text goes through them. A part in which both agree is no step.
final class Plan {
  private final Protocol to;
  private final List<Step.Planned> steps = new ArrayList<>();
  private Protocol now;

  private Plan(Protocol from, Protocol to) {
    this.to = to;
    this.now = from;
    steps.add(new Step.Planned(List.of(), from.name(), from));
  }

  /// The steps from one protocol, whose windows have a size, to another.
  static List<Step.Planned> of(Protocol from, Protocol to) {
    Plan plan = new Plan(from, to);
    if (from.joining() != to.joining()) {
      plan.step(
          "text",
          to.joining().words(),
          plan.with(to.joining(), from.specialTokens(), from.windows(), from.averaging()));
    }
    if (from.specialTokens() != to.specialTokens()) {
      plan.step(
          "special tokens",
          to.specialTokens().words(),
          plan.with(to.joining(), to.specialTokens(), from.windows(), from.averaging()));
    }
    if (!windowing(from).equals(windowing(to)) || from.lastFed() != to.lastFed()) {
      Protocol.Cut all =
          new Protocol.Cut(
              to.windows().window(),
              to.windows().stride(),
              to.windows().twice(),
              (_, _) -> new AllScored(windowing(to)));
      plan.step(
          "windows",
          "%d ids every %d, all but the first scored"
              .formatted(windowing(to).window(), windowing(to).stride()),
          plan.with(to.joining(), to.specialTokens(), all, from.averaging()));
      plan.step(
          "scored ids",
          "those that %s scores of them".formatted(to.name()),
          plan.with(to.joining(), to.specialTokens(), to.windows(), from.averaging()));
    }
    if (from.averaging() != to.averaging()) {
      plan.step(
          "averaging",
          to.averaging().law(),
          plan.with(to.joining(), to.specialTokens(), to.windows(), to.averaging()));
    }
    return plan.steps;
  }

  /// The windows of a protocol whose cut has a size.
  static io.github.nonplus.corpus.Windowing windowing(Protocol protocol) {
    Protocol.Cut cut = protocol.windows();
    return cut.of().apply(cut.window().getAsInt(), cut.stride().getAsInt());
  }

  private Protocol with(
      Joining joining, SpecialTokens specialTokens, Protocol.Cut windows, Averaging averaging) {
    boolean lastFed =
        windows == steps.getFirst().protocol().windows() ? now.lastFed() : to.lastFed();
    return new Protocol(
        to.name(), to.original(), joining, specialTokens, windows, lastFed, averaging, List.of());
  }

  private void step(String changed, String description, Protocol next) {
    now = next;
    steps.add(new Step.Planned(List.of(changed), description, next));
  }
}
