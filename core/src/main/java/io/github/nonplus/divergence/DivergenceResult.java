package io.github.nonplus.divergence;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.RunTally;
import io.github.nonplus.version.Version;
import java.time.Instant;
import java.util.Map;

/// A divergence and everything needed to know what it means and where it came from.
///
/// @param protocol of windows and scored tokens
/// @param averaging of losses and divergences over tokens
/// @param corpus the file of windows, null if they came with the reference
/// @param seconds for all windows, without loading
/// @param tokensPerSecond tokens of all windows, first ids included, divided by that
/// @param peakMemoryBytes of the whole process, null where the system does not tell
/// @param score the candidate's own, for its record; [Result#corpus] is the reference's file if the
///   windows came with it
public record DivergenceResult(
    Divergence divergence,
    String protocol,
    String averaging,
    Result.Corpus corpus,
    ReferenceAccount reference,
    SideAccount candidate,
    Instant started,
    double seconds,
    double tokensPerSecond,
    Long peakMemoryBytes,
    Map<String, String> versions,
    @JsonIgnore Result score) {
  /// When a comparison ran, how long, and in how much memory.
  record Clock(Instant started, double seconds, double tokensPerSecond, Long peakMemoryBytes) {}

  static DivergenceResult of(
      ComparisonPlan plan,
      Divergence divergence,
      RunTally losses,
      ReferenceAccount reference,
      SideAccount candidate,
      Clock clock) {
    Map<String, String> versions = Version.ofRun();
    Result.Execution execution =
        new Result.Execution(
            candidate.device(),
            candidate.deviceDescription(),
            candidate.kernels(),
            candidate.threads(),
            candidate.arithmetic(),
            candidate.library(),
            candidate.librarySha256(),
            clock.started,
            1,
            clock.seconds,
            clock.tokensPerSecond,
            clock.peakMemoryBytes);
    return new DivergenceResult(
        divergence,
        plan.protocol(),
        plan.words(),
        plan.isRecorded() ? null : plan.corpus(),
        reference,
        candidate,
        clock.started,
        clock.seconds,
        clock.tokensPerSecond,
        clock.peakMemoryBytes,
        versions,
        losses.result(
            plan.protocol(), plan.corpus(), candidate.model(), execution, null, versions));
  }
}
