package io.github.nonplus.device.cpu;

/// How large a piece of a product is computed at a time. The sums of a piece go on where those of
/// the piece before it ended, each term added in its order, so not a bit depends on the sizes.
///
/// A stretch of a strip of activations stays in the first-level cache while every tile of weights
/// passes it; a panel's weights of that stretch stay in the second-level cache while every strip
/// passes them. Then the work for one weight does not grow with the matrix.
///
/// @param inputs of a stretch, at most
/// @param outputs of a panel, at most
record Blocking(int inputs, int outputs) {
  /// More outputs save nothing: a strip is then read that rarely.
  private static final int MOST_OUTPUTS = 512;

  private static final int FEWEST_OUTPUTS = 96;

  /// Panels that every worker should have of a product, so that all end together.
  private static final int PANELS_EACH = 3;

  private static final int GRAIN = 32;

  static Blocking of(Caches caches, int stripWidth) {
    int inputs = down(caches.first() / 3 * 2 / Float.BYTES / stripWidth, GRAIN);
    int outputs = down(caches.second() / 2 / Float.BYTES / inputs, GRAIN);
    return new Blocking(inputs, Math.clamp(outputs, FEWEST_OUTPUTS, MOST_OUTPUTS));
  }

  /// Outputs of a panel where `all` are shared by so many workers.
  int outputs(int all, int workers) {
    int each = all / (PANELS_EACH * workers) / GRAIN * GRAIN;
    return Math.clamp(each, FEWEST_OUTPUTS, outputs);
  }

  private static int down(int number, int grain) {
    return Math.max(grain, number / grain * grain);
  }
}
