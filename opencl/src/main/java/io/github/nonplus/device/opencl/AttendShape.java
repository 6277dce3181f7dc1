package io.github.nonplus.device.opencl;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Mask;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The tiles of attend.cl.
///
/// @param numbers that a query keeps in local memory beside its elements
record AttendShape(
    int vec, int keySize, int valueSize, int numbers, int lanes, int queries, int keys) {
  private static final int[][] TILES = {{16, 32}, {16, 16}, {8, 16}, {8, 8}, {4, 4}, {1, 4}};

  /// The largest tiles that fit a profile. None depends on a batch.
  ///
  /// @throws DeviceException if none fit
  static AttendShape of(Profile profile, Attend attend) {
    return all(profile, attend)
        .filter(shape -> shape.localMemory() <= profile.localMemory())
        .findFirst()
        .orElseThrow(() -> new DeviceException(refusal(profile, attend).orElseThrow()));
  }

  /// Why the smallest tiles do not fit, if they do not.
  static Optional<String> refusal(Profile profile, Attend attend) {
    AttendShape smallest = all(profile, attend).reduce((_, last) -> last).orElseThrow();
    return smallest.localMemory() <= profile.localMemory()
        ? Optional.empty()
        : Optional.of(
            "attention heads of %d elements, which need %d bytes of local memory, and the device has %d"
                .formatted(
                    Math.max(attend.keySize(), attend.valueSize()),
                    smallest.localMemory(),
                    profile.localMemory()));
  }

  private static Stream<AttendShape> all(Profile profile, Attend attend) {
    int vec = profile.vectorWidth();
    while (attend.keySize() % vec != 0 || attend.valueSize() % vec != 0) {
      vec /= 2;
    }
    int common = vec;
    int numbers = attend.mask() instanceof Mask.Causal ? 4 : 5;
    int lanes = profile.caches() ? 1 : profile.lanes(128);
    return Arrays.stream(TILES)
        .map(
            tile ->
                new AttendShape(
                    common,
                    attend.keySize(),
                    attend.valueSize(),
                    numbers,
                    lanes,
                    tile[0],
                    tile[1]));
  }

  /// Bytes of local memory.
  long localMemory() {
    long elements =
        (long) queries * (keySize + vec) + (long) keys * (Math.max(keySize, valueSize) + vec);
    return 4L * (elements + queries * keys + (long) numbers * queries);
  }

  Map<String, String> definitions() {
    return Map.of(
        "VEC", Integer.toString(vec),
        "KEY_VECTORS", Integer.toString(keySize / vec),
        "VALUE_VECTORS", Integer.toString(valueSize / vec),
        "LANES", Integer.toString(lanes),
        "QUERIES", Integer.toString(queries),
        "KEYS", Integer.toString(keys));
  }
}
