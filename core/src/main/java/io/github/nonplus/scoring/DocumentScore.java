package io.github.nonplus.scoring;

import io.github.nonplus.stability.Api;
import java.util.OptionalDouble;

/// What the model said of one document.
///
/// @param nll sum of the negative log-likelihoods of its scored tokens, in nats, in their order
/// @param tokens how many were scored; one that two windows score counts twice
/// @param meanNll the exponent of the perplexity, by the protocol's averaging
/// @param bitsPerByte `nll` in bits, divided by the bytes of the text in UTF-8; absent unless each
///   token but the first, which nothing predicts, was scored exactly once
/// @param windows how many there were
/// @param truncated whether some of its tokens are in no window
@Api
public record DocumentScore(
    double nll,
    long tokens,
    double meanNll,
    double perplexity,
    OptionalDouble bitsPerByte,
    int windows,
    boolean truncated) {}
