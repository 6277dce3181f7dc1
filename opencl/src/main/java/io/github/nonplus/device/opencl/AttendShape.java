package io.github.nonplus.device.opencl;

import io.github.nonplus.failure.DeviceException;
import java.util.Map;

/// The tiles of attend.cl.
record AttendShape(int vec, int headSize, int lanes, int queries, int keys) {
  private static final int[][] TILES = {{16, 32}, {16, 16}, {8, 16}, {8, 8}, {4, 4}, {1, 4}};

  /// The largest tiles that fit a profile. None depends on a batch.
  static AttendShape of(Profile profile, int headSize) {
    int vec = profile.vectorWidth();
    while (headSize % vec != 0) {
      vec /= 2;
    }
    int lanes = profile.caches() ? 1 : profile.lanes(128);
    for (int[] tile : TILES) {
      AttendShape shape = new AttendShape(vec, headSize, lanes, tile[0], tile[1]);
      if (shape.localMemory() <= profile.localMemory()) {
        return shape;
      }
    }
    throw new DeviceException(
        "attention heads of %d elements need %d bytes of local memory, the device has %d; use --device cpu"
            .formatted(
                headSize,
                new AttendShape(vec, headSize, lanes, 1, 4).localMemory(),
                profile.localMemory()));
  }

  /// Bytes of local memory.
  long localMemory() {
    return 4L * ((long) (queries + keys) * (headSize + vec) + queries * keys + 4L * queries);
  }

  Map<String, String> definitions() {
    return Map.of(
        "VEC", Integer.toString(vec),
        "VECTORS", Integer.toString(headSize / vec),
        "LANES", Integer.toString(lanes),
        "QUERIES", Integer.toString(queries),
        "KEYS", Integer.toString(keys));
  }
}
