package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.Allocations;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.tensor.PooledWeight.Spot;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.RowOrder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The weights of one program on a device, in a few large pieces: the driver rounds every piece up,
/// which comes to some 5 % of a quantized model where each matrix has its own. What several
/// parameters share (a merged projection's words, a tied embedding) is there once.
final class PooledWeights {
  /// What a piece has, unless a single weight is larger.
  private static final long PIECE = 256L << 20;

  private static final long ALIGNMENT = 256;

  private final Map<String, Matrix> matrices = new LinkedHashMap<>();
  private final Map<String, float[]> vectors = new LinkedHashMap<>();
  private final Map<Object, Offset> places = new LinkedHashMap<>();
  private final List<Long> pieces = new ArrayList<>();
  private final List<Memory> memories = new ArrayList<>();

  /// Byte `at` of a piece.
  private record Offset(int piece, long at) {}

  /// Finds all weights of a program, and a place for each; nothing is on the device yet.
  PooledWeights(Program program, ModelWeights weights) {
    for (Parameter parameter : program.parameters()) {
      String name = parameter.name();
      if (parameter.shape().size() == 1) {
        vectors.put(name, weights.vector(name, parameter.outputs()));
        place(name, 4L * parameter.outputs());
        continue;
      }
      Matrix matrix = weights.matrix(name, parameter.outputs(), parameter.inputs());
      matrices.put(name, matrix);
      matrix.planes().data().forEach(plane -> place(plane, plane.byteSize()));
      if (!matrix.order().isRange()) {
        place(matrix.order(), 4L * matrix.rows());
      }
    }
  }

  private void place(Object weight, long bytes) {
    if (places.containsKey(weight)) {
      return;
    }
    long size = Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    if (pieces.isEmpty() || pieces.getLast() + size > PIECE) {
      pieces.add(0L);
    }
    places.put(weight, new Offset(pieces.size() - 1, pieces.getLast()));
    pieces.set(pieces.size() - 1, pieces.getLast() + size);
  }

  /// Bytes that they take on the device.
  long bytes() {
    return pieces.stream().mapToLong(Long::longValue).sum();
  }

  /// Copies everything to the device.
  void upload(Allocations allocations, Queue queue) {
    pieces.forEach(bytes -> memories.add(allocations.take(bytes, "some of the weights")));
    places.forEach(
        (weight, place) -> {
          queue.upload(memories.get(place.piece()), place.at(), bytes(weight));
        });
    queue.finish();
  }

  private MemorySegment bytes(Object weight) {
    return switch (weight) {
      case MemorySegment plane -> plane;
      case RowOrder order -> MemorySegment.ofArray(order.rows());
      default -> MemorySegment.ofArray(vectors.get((String) weight));
    };
  }

  /// A matrix on the device.
  PooledWeight matrix(Parameter parameter) {
    Matrix matrix = matrices.get(parameter.name());
    List<Spot> planes = matrix.planes().data().stream().map(this::spot).toList();
    Spot order = matrix.order().isRange() ? planes.getFirst() : spot(matrix.order());
    return new PooledWeight(matrix, planes, order);
  }

  /// A vector on the device.
  Spot vector(Parameter parameter) {
    return spot(parameter.name());
  }

  private Spot spot(Object weight) {
    Offset place = places.get(weight);
    return new Spot(memories.get(place.piece()), place.at());
  }

  /// The values of a vector.
  float[] values(Parameter parameter) {
    return vectors.get(parameter.name());
  }
}
