package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;

/// Where the rows of a routed space lie on the device: those of the first expert, then those of the
/// second, and so on, each expert's in the order of the routing.
///
/// @param counts rows of each expert
/// @param starts where those of each expert begin, and last where all end
/// @param order the row at each place
/// @param places the place of each row
record RowGroups(Memory counts, Memory starts, Memory order, Memory places) {
  RowGroups(BatchFact.Groups fact, int tokens, Allocations allocations) {
    this(
        allocations.take(4L * fact.experts(), "rows of experts"),
        allocations.take(4L * (fact.experts() + 1), "rows of experts"),
        allocations.take(4L * fact.each() * tokens, "the order of routed rows"),
        allocations.take(4L * fact.each() * tokens, "the places of routed rows"));
  }

  static long bytes(int each, int experts, int tokens) {
    return 4L * (2 * experts + 1) + 8L * each * tokens;
  }

  /// Rows as they lie, put in the order of the routing.
  float[] inOrder(float[] lying, int width, Queue queue) {
    int rows = lying.length / width;
    float[] place = queue.read(places, 0, rows);
    float[] ordered = new float[lying.length];
    for (int row = 0; row < rows; row++) {
      int from = Float.floatToRawIntBits(place[row]) * width;
      System.arraycopy(lying, from, ordered, row * width, width);
    }
    return ordered;
  }
}
