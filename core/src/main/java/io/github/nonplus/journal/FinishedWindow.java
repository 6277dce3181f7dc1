package io.github.nonplus.journal;

/// What a journal keeps of one window.
///
/// @param position in the window of the first token that is scored
/// @param nll negative log-likelihood in nats of that token and each after it
public record FinishedWindow(int position, double[] nll) {}
