package io.github.nonplus.explanation;

import io.github.nonplus.protocol.Protocol;
import java.util.List;

/// One step of an explanation.
///
/// @param changed what is different from the step before: `text`, `special tokens`, `windows`,
///   `scored ids`, `averaging`; nothing in the first
/// @param description how it is now
/// @param windows how many there are
/// @param tokensScored how many ids they score
/// @param perplexity the number that this gives
public record Step(
    List<String> changed, String description, long windows, long tokensScored, double perplexity) {

  /// A step that is planned.
  ///
  /// @param protocol the first protocol with what has been changed so far
  record Planned(List<String> changed, String description, Protocol protocol) {
    /// The same, with what the steps before it changed and could not show alone.
    Planned after(List<Planned> unshown) {
      List<String> all =
          java.util.stream.Stream.concat(unshown.stream(), java.util.stream.Stream.of(this))
              .flatMap(step -> step.changed().stream())
              .toList();
      List<String> words =
          java.util.stream.Stream.concat(unshown.stream(), java.util.stream.Stream.of(this))
              .map(Planned::description)
              .toList();
      return new Planned(all, String.join("; ", words), protocol);
    }
  }
}
