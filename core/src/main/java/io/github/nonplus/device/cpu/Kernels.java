package io.github.nonplus.device.cpu;

/// The inner loops of the device, each for one thread and one stretch of work, all in float32 on
/// plain arrays but for [PairSums], which is the host's part in comparing two models. The scalar
/// ones are the definition, to the last bit: whatever is faster computes the same numbers. So a
/// result does not depend on the kernels.
///
/// @param name as results give it: `vector-256`
/// @param stripWidth tokens that lie side by side in [Strips]
public record Kernels(
    String name,
    int stripWidth,
    Products products,
    StripOperations strips,
    Curves curves,
    Scans scans,
    Memories memories,
    Unpacking unpacking,
    PairSums pairs) {
  /// Sums whose order must not depend on a vector's length have this many partial sums: element i
  /// is added to partial sum i mod 16, and [Lanes#sum] joins them.
  public static final int LANES = 16;

  /// The definition.
  public static Kernels scalar() {
    return new Kernels(
        "scalar",
        ScalarStripOperations.STRIP,
        new ScalarProducts(),
        new ScalarStripOperations(),
        new ScalarCurves(),
        new ScalarScans(),
        new ScalarMemories(),
        new ScalarUnpacking(),
        new ScalarPairSums());
  }
}
