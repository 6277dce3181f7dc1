package io.github.nonplus.corpus;

/// Takes the windows of documents, one after another: a file, or memory.
public interface WindowsSink {
  /// Begins the windows of a document.
  ///
  /// @param extent of its text, before anything was done to it
  void document(String name, Extent extent);

  /// Takes a window, which it may keep.
  ///
  /// @param scored how many of its last ids are scored
  void window(int[] window, int scored);

  /// Whether the protocol of the windows is known there; where it is not, they are the original's.
  boolean hasHeader();

  /// Windows so far.
  int windows();
}
