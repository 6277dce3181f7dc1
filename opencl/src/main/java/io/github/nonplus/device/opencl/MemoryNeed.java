package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.DeviceFacts;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Linear;
import io.github.nonplus.program.Rows;
import io.github.nonplus.program.rotation.Rotation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The device memory that a program will take, counted before any is taken. A test holds the sum
/// against what is taken.
///
/// @param weights bytes of weights and biases
/// @param arena bytes of the activations, which lie in one piece
/// @param batch bytes of everything else: a batch's numbers, the angles of positions, the score's
///   chunks
record MemoryNeed(long weights, long arena, long batch, int tokens) {
  /// @param weights bytes of all parameters
  /// @param tokens the most of a batch
  static MemoryNeed of(Function function, long weights, Profile profile, int tokens) {
    long biases = 0;
    long batch = Frame.batchBytes(tokens);
    Set<List<Object>> angles = new HashSet<>();
    Set<List<Object>> tiles = new HashSet<>();
    for (Instruction instruction : function.program().instructions()) {
      switch (instruction) {
        case Instruction.MatMul matmul -> biases += biases(matmul);
        case Instruction.Rotate(_, int headSize, Rotation rotation) -> {
          if (angles.add(List.of(headSize, rotation))) {
            batch = Math.addExact(batch, Angles.bytes(headSize, tokens));
          }
        }
        case Instruction.Attend attend -> {
          int queries = AttendShape.of(profile, attend.headSize()).queries();
          Rows rows = attend.output().rows();
          batch += tiles.add(List.of(queries, rows)) ? QueryTiles.bytes(tokens) : 0;
        }
        case Instruction.Score score ->
            batch = Math.addExact(batch, ScoreStep.bytes(score, profile, tokens));
        case Instruction.Embed _,
            Instruction.Norm _,
            Instruction.Gate _,
            Instruction.Add _,
            Instruction.SelectRows _ -> {}
      }
    }
    return new MemoryNeed(
        Math.addExact(weights, biases), Frame.arenaBytes(function.plan(), tokens), batch, tokens);
  }

  /// Biases of merged products are copied together, zeros where there is none.
  private static long biases(Instruction.MatMul matmul) {
    return matmul.parts().stream().map(Linear::bias).allMatch(bias -> bias == null)
        ? 0
        : 4L * matmul.output().width();
  }

  long total() {
    return Math.addExact(weights, Math.addExact(arena, batch));
  }

  /// Refuses what cannot fit a device.
  void requireFits(DeviceFacts device) {
    if (total() > device.globalMemory()) {
      throw new DeviceException(
          ("batches of %d tokens need %s on the device (%s of weights, %s of activations), %s has"
                  + " %s; use smaller batches, or a larger device")
              .formatted(
                  tokens,
                  Memory.size(total()),
                  Memory.size(weights),
                  Memory.size(arena + batch),
                  device.name(),
                  Memory.size(device.globalMemory())));
    }
    if (arena > device.largestAllocation()) {
      throw new DeviceException(
          "batches of %d tokens need %s for activations in one piece, %s gives at most %s at once; use smaller batches"
              .formatted(
                  tokens,
                  Memory.size(arena),
                  device.name(),
                  Memory.size(device.largestAllocation())));
    }
  }
}
