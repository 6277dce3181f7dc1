package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import java.util.SortedMap;

/// An executable whose operations can be timed one by one, for benchmarks.
public interface StepTimes {
  /// Seconds that each operation takes for a batch, by its index in the program: those that nothing
  /// is computed for by themselves are absent. Each runs once before it is timed, and then three
  /// times `repetitions` times in a row, of which the median counts: a moment in which the host did
  /// something else does not. So its inputs come from where they would come from, but what changes
  /// in place means nothing afterwards.
  SortedMap<Integer, Double> seconds(Batch batch, int repetitions);
}
