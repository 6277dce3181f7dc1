package io.github.nonplus.divergence;

import io.github.nonplus.perplexity.Result;
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
    Map<String, String> versions) {}
