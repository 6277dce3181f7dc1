package io.github.nonplus.reference;

import io.github.nonplus.perplexity.Result;
import java.util.List;
import java.util.Map;

/// A model that an engine has loaded and can score windows with. Not for several threads at once.
public interface ReferenceModel extends AutoCloseable {
  /// The wanted losses of each window, in nats, in the order of its ids.
  List<double[]> score(List<Scoring> windows);

  /// The losses of all ids of a window but the first.
  default double[] score(int[] window) {
    return score(List.of(Scoring.whole(window))).getFirst();
  }

  /// Ids that are best given at once, if windows are shorter.
  int batchTokens();

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
