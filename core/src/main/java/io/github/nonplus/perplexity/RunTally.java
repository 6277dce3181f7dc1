package io.github.nonplus.perplexity;

/// The tallies of a run: of all windows, and of each document.
record RunTally(Tally all, DocumentTallies documents) {
  void add(WindowScore score) {
    all.add(score);
    documents.add(score);
  }
}
