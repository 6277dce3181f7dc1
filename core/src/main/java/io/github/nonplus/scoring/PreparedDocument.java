package io.github.nonplus.scoring;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.corpus.Windows;

/// A document cut into windows, which are not scored yet.
///
/// @param windows at least one
/// @param extent of the text
/// @param wholeOnce whether each token but the first is scored exactly once
/// @param truncated whether some of its tokens are in no window
public record PreparedDocument(
    Windows windows, Extent extent, boolean wholeOnce, boolean truncated) {
  /// Tokens that the model will be fed.
  public long fed() {
    long fed = 0;
    for (int w = 0; w < windows.count(); w++) {
      fed += windows.fed(w);
    }
    return fed;
  }
}
