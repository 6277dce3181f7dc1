package io.github.nonplus.report.record;

import io.github.nonplus.divergence.Divergence;
import java.util.List;

/// What a record holds of a reference: its model is the candidate of a comparison in step. The
/// divergence was found to be that of the windows.
///
/// @param windows beside the scored ones of the record, in the same order
public record RecordDivergence(
    Reference reference, Divergence divergence, List<ComparedWindow> windows) {
  public RecordDivergence {
    windows = List.copyOf(windows);
  }

  /// What the candidate was held against.
  ///
  /// @param label short, for people
  /// @param sha256 of its weights, or of llama.cpp's file
  /// @param isRecorded whether it was such a file, whose divergences are clipped
  /// @param computed where and how it ran, in words
  public record Reference(String label, String sha256, boolean isRecorded, String computed) {}
}
