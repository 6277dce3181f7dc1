package io.github.nonplus.progress;

/// A listener to long work. It is called often and from one thread; showing less than every call is
/// the listener's business.
@FunctionalInterface
public interface Progress {
  /// Listens to nothing.
  Progress NONE = (_, _, _) -> {};

  /// `done` of `total` units are finished.
  ///
  /// @param note a few words to show beside it, such as the perplexity so far; may be empty
  void update(long done, long total, String note);
}
