package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.DeviceFacts;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The device memory that a program will take, counted before any is taken. A test holds the sum
/// against what is taken.
///
/// @param weights bytes of weights
/// @param arena bytes of the activations, which lie in one piece
/// @param batch bytes of everything else: a batch's numbers, the angles of positions, what each
///   operation keeps for itself
public record MemoryNeed(long weights, long arena, long batch, int tokens) {
  /// @param weights bytes of all parameters
  /// @param tokens the most of a batch
  static MemoryNeed of(Function function, long weights, Profile profile, int tokens) {
    Lowering lowering = new Lowering(profile);
    long batch = BatchInputs.bytes(tokens);
    Set<BatchFact> facts = new HashSet<>();
    for (Operation operation : function.program().operations()) {
      OperationKernels kernels = lowering.of(operation);
      batch = Math.addExact(batch, kernels.bytes(tokens));
      facts.addAll(kernels.facts());
    }
    for (BatchFact fact : facts) {
      batch = Math.addExact(batch, fact.bytes(tokens));
    }
    if (profile.textures()) {
      batch = Math.addExact(batch, Texture.bytes(lowering.depth(function.program()), tokens));
    }
    return new MemoryNeed(weights, Frame.arenaBytes(function.plan(), tokens), batch, tokens);
  }

  /// Bytes of what a batch brings for kernels whose tiles of attention are all alike.
  ///
  /// @param queries of a tile of attention
  public static long inputs(Program program, int queries, int tokens) {
    long bytes = BatchInputs.bytes(tokens);
    Set<List<Object>> angles = new HashSet<>();
    Set<List<Object>> tiles = new HashSet<>();
    for (Operation operation : program.operations()) {
      if (operation instanceof Rotate rotate
          && angles.add(List.of(rotate.turned(), rotate.rotation()))) {
        bytes = Math.addExact(bytes, Angles.bytes(rotate.turned(), tokens));
      }
      if (operation instanceof Attend attend
          && tiles.add(List.of(queries, attend.output().rows()))) {
        bytes = Math.addExact(bytes, QueryTiles.bytes(tokens));
      }
    }
    return bytes;
  }

  /// Bytes of all biases of products, as they are copied together.
  public static long biases(Program program) {
    long bytes = 0;
    for (Operation operation : program.operations()) {
      bytes += operation instanceof MatMul matmul ? Biases.bytes(matmul.parts()) : 0;
    }
    return bytes;
  }

  long total() {
    return Math.addExact(weights, Math.addExact(arena, batch));
  }

  /// Refuses what cannot fit a device.
  public void requireFits(DeviceFacts device) {
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
