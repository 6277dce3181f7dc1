package io.github.nonplus.device;

import java.util.Optional;

/// A program run one step at a time, so that what an operation wrote is seen before another takes
/// its place in memory. Two devices that trace the same program over the same batch side by side
/// can be compared at every step, and no more than a step of each is held.
///
/// A trace computes what [Executable#score] and [Executable#output] compute, to the bit. It is over
/// once the executable is given another batch. [SteppedTrace] is one for a device that has a step
/// for each operation.
public interface Trace {
  /// Runs on to the next operation whose result can be seen. Indices of operations ascend; a device
  /// that computes several of them in one passes over those whose results never lie in its memory.
  /// The last operation is always seen.
  ///
  /// @return empty after the last operation
  Optional<Observation> next();
}
