package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;

/// The memory of the batch at hand: one arena that holds every buffer where the plan says, and what
/// the batch brings.
final class Frame {
  private final MemoryPlan plan;
  private final Memory arena;
  private final BatchInputs inputs;

  /// @param tokens the most that a batch may have
  Frame(MemoryPlan plan, int tokens, Allocations allocations, Queue queue) {
    this.plan = plan;
    this.arena = allocations.take(arenaBytes(plan, tokens), "the activations");
    this.inputs = new BatchInputs(tokens, allocations, queue);
  }

  static long arenaBytes(MemoryPlan plan, int tokens) {
    return Math.multiplyExact(4L * plan.width(), tokens);
  }

  /// What the batch at hand brings.
  BatchInputs inputs() {
    return inputs;
  }

  Batch batch() {
    return inputs.batch();
  }

  Memory arena() {
    return arena;
  }

  /// Rows of a buffer in this batch.
  int rows(Buffer buffer) {
    return inputs.rows(buffer);
  }

  /// Index in the arena of a view's first element. Rows are `buffer.width()` apart.
  long at(View view) {
    return at(view.buffer()) + view.column();
  }

  /// Index in the arena of a buffer's first element.
  long at(Buffer buffer) {
    return (long) plan.columns().get(buffer.name()) * batch().tokens();
  }
}
