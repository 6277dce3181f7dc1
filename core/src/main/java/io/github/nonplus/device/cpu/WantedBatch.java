package io.github.nonplus.device.cpu;

import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.Program;

/// How large batches should be for all workers to be busy.
final class WantedBatch {
  /// The part of the heap that activations may take.
  private static final int PART = 8;

  private WantedBatch() {}

  /// Tokens of a batch: as many for each worker as let it keep tokens of its own, unless their
  /// activations would take more than an eighth of the memory.
  ///
  /// @param memory bytes that there are
  static int of(Program program, int workers, long memory) {
    long token = (long) Float.BYTES * MemoryPlan.of(program).width();
    long room = memory / PART / Math.max(1, token);
    return (int) Math.min(Share.tokens(workers), Math.min(room, Integer.MAX_VALUE));
  }
}
