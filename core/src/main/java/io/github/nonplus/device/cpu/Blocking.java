package io.github.nonplus.device.cpu;

/// How large a piece of a product is computed at a time. The sums of a piece go on where those of
/// the piece before it ended, each term added in its order, so not a bit depends on the sizes.
///
/// A stretch of a strip of activations stays in the first-level cache while every tile of a panel's
/// weights passes it. Where that cache holds short stretches only, sums would be loaded and stored
/// too often: there it stays in the second-level cache, which is fast enough for activations, and
/// is as long as panels allow. What stays in the second-level cache depends on the matrix. Where it
/// holds panels of the whole depth that are wide enough, strips pass one after another, and their
/// sums stay close. A deeper matrix is packed a stretch at a time, and all strips pass before the
/// next one, so that a strip need not be read again for every few outputs.
///
/// @param inputs of a stretch, at most
/// @param weights that the second-level cache holds beside all else
record Blocking(int inputs, int weights) {
  /// The fewest outputs for which reading a whole strip pays.
  private static final int WIDE_ENOUGH = 160;

  /// Outputs for which a stretch in the second-level cache leaves room.
  private static final int BESIDE_FAR = 128;

  /// The fewest inputs for which a stretch in the first-level cache pays. On Zen 4, which holds 160
  /// there, whole models are faster with 1024 in the second-level cache; on an Intel Xeon no other
  /// number that was tried is better than the 256 that it holds (docs/benchmarks.md).
  private static final int LONG_ENOUGH = 256;

  /// More outputs save nothing: a strip is then read that rarely.
  private static final int MOST_OUTPUTS = 512;

  private static final int FEWEST_OUTPUTS = 96;

  /// Panels that every worker should have of a product, so that all end together.
  static final int PANELS_EACH = 3;

  /// Strips whose sums wait for the next stretch of a deep matrix.
  static final int STRIPS = 64;

  private static final int GRAIN = 32;

  /// How one matrix is cut.
  ///
  /// @param inputs of a stretch, at most
  /// @param outputs of a panel, at most
  /// @param strips that pass a packed stretch together; with 1, the whole depth is packed
  record Cut(int inputs, int outputs, int strips) {
    boolean packsWholeDepth() {
      return strips == 1;
    }
  }

  static Blocking of(Caches caches, int stripWidth) {
    int weights = caches.second() / 2 / Float.BYTES;
    int near = down(caches.first() / 3 * 2 / Float.BYTES / stripWidth);
    int far = down(weights / BESIDE_FAR);
    return new Blocking(near < LONG_ENOUGH ? Math.max(near, far) : near, weights);
  }

  /// For a matrix of that many inputs and outputs.
  Cut cut(int depth, int all, Share share) {
    int whole = down(weights / depth);
    boolean isShallow = whole >= WIDE_ENOUGH;
    int held = isShallow ? whole : down(weights / inputs);
    int most = Math.clamp(held, FEWEST_OUTPUTS, MOST_OUTPUTS);
    int each = share.byTokens(!isShallow) ? down(all) : down(all / (PANELS_EACH * share.workers()));
    return new Cut(inputs, Math.clamp(each, FEWEST_OUTPUTS, most), isShallow ? 1 : STRIPS);
  }

  private static int down(int number) {
    return Math.max(GRAIN, number / GRAIN * GRAIN);
  }
}
