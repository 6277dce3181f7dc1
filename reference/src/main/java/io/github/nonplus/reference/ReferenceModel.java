package io.github.nonplus.reference;

import io.github.nonplus.perplexity.Result;
import java.util.Map;

/// A model that an engine has loaded and can score windows with. Not for several threads at once.
public interface ReferenceModel extends AutoCloseable {
  /// −ln p of the last `scored` ids of a window, each given all before it, in nats.
  ///
  /// @param fed how many of the window's ids the protocol feeds: all, or all but the last
  double[] score(int[] window, int scored, int fed);

  /// The same of all ids but the first.
  default double[] score(int[] window) {
    return score(window, window.length - 1, window.length);
  }

  /// What it is, for results.
  Result.ModelAccount account();

  /// What computes it.
  Facts facts();

  /// Ids that it knows: 0 to `vocabulary` − 1.
  int vocabulary();

  /// Ids of the longest window that it takes.
  int longestWindow();

  @Override
  void close();

  /// What computes a model.
  ///
  /// @param engine `pytorch`, or another engine
  /// @param description processor and library
  /// @param kernels that the library says it has
  /// @param arithmetic of activations
  /// @param versions of everything that takes part, by name
  record Facts(
      String engine,
      String description,
      String kernels,
      int threads,
      String arithmetic,
      Map<String, String> versions) {}
}
