package io.github.nonplus.device.cpu;

/// How workers share a product: by its panels, or by the tokens of the batch, each with all panels.
/// A worker finds the tokens that it had in the operation before in its own cache, and panels are
/// wider; but each packs all of them.
record Share(int workers, boolean byTokens) {
  /// Tokens of a worker for which it pays to pack all panels: the products with them take some
  /// fifteen times as long.
  private static final int TOKENS_EACH = 512;

  /// That of products of batches of so many tokens, at most.
  static Share of(int tokens, int workers) {
    return new Share(workers, isByTokens(tokens, workers));
  }

  static Share byPanels(int workers) {
    return new Share(workers, false);
  }

  /// Whether a batch of so many tokens is enough.
  static boolean isByTokens(int tokens, int workers) {
    return tokens / workers >= TOKENS_EACH;
  }
}
