package io.github.nonplus.device.cpu;

/// How workers share a product: by its panels, or by the tokens of the batch, each with all panels.
/// A worker finds the tokens that it had in the operation before in its own cache, and panels are
/// wider; but each packs all of them.
///
/// @param tokens of a batch
record Share(int workers, int tokens) {
  /// Tokens of a worker for which it pays to pack all panels: the products with them take some
  /// fifteen times as long.
  private static final int TOKENS_EACH = 512;

  /// The same of deep matrices: with 512 tokens for each of sixteen workers they gained nothing.
  private static final int TOKENS_EACH_OF_DEEP = 1024;

  /// By panels, whatever the batch.
  static Share byPanels(int workers) {
    return new Share(workers, 0);
  }

  /// Whether it is by tokens.
  ///
  /// @param isDeep whether panels are packed a stretch at a time
  boolean byTokens(boolean isDeep) {
    return tokens / workers >= (isDeep ? TOKENS_EACH_OF_DEEP : TOKENS_EACH);
  }

  /// Tokens of a batch of which each worker has enough.
  static long tokens(int workers) {
    return (long) TOKENS_EACH * workers;
  }
}
