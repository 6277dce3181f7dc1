package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.RowOrder;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The weights of one program on a device. What several parameters share (a merged projection's
/// words, a tied embedding) is there once.
final class DeviceWeights {
  private final Map<String, Matrix> matrices = new LinkedHashMap<>();
  private final Map<String, float[]> vectors = new LinkedHashMap<>();
  private final Map<MemorySegment, Memory> uploaded = new LinkedHashMap<>();
  private final Map<RowOrder, Memory> orders = new LinkedHashMap<>();
  private final Map<String, Memory> uploadedVectors = new HashMap<>();

  private DeviceWeights() {}

  /// Finds all weights of a program; nothing is on the device yet.
  static DeviceWeights of(Program program, ModelWeights weights) {
    DeviceWeights found = new DeviceWeights();
    for (Parameter parameter : program.parameters()) {
      String name = parameter.name();
      if (parameter.shape().size() == 1) {
        found.vectors.put(name, weights.vector(name, parameter.outputs()));
        continue;
      }
      Matrix matrix = weights.matrix(name, parameter.outputs(), parameter.inputs());
      found.matrices.put(name, matrix);
      matrix.planes().data().forEach(plane -> found.uploaded.put(plane, null));
      if (!matrix.order().isRange()) {
        found.orders.put(matrix.order(), null);
      }
    }
    return found;
  }

  /// Bytes that they take on the device.
  long bytes() {
    long bytes = 0;
    for (MemorySegment segment : uploaded.keySet()) {
      bytes = Math.addExact(bytes, segment.byteSize());
    }
    for (RowOrder order : orders.keySet()) {
      bytes = Math.addExact(bytes, 4L * order.count());
    }
    for (float[] vector : vectors.values()) {
      bytes = Math.addExact(bytes, 4L * vector.length);
    }
    return bytes;
  }

  /// Copies everything to the device.
  void upload(Allocations allocations, Queue queue) {
    for (Map.Entry<MemorySegment, Memory> each : uploaded.entrySet()) {
      Memory memory = allocations.take(each.getKey().byteSize(), "the weights of one matrix");
      queue.upload(memory, each.getKey());
      each.setValue(memory);
    }
    orders.replaceAll(
        (order, _) -> {
          Memory memory = allocations.take(4L * order.count(), "the order of one matrix's rows");
          queue.upload(memory, MemorySegment.ofArray(order.rows()));
          return memory;
        });
    vectors.forEach(
        (name, values) -> {
          Memory memory = allocations.take(4L * values.length, "the weights of one vector");
          queue.write(memory, values);
          uploadedVectors.put(name, memory);
        });
    queue.finish();
  }

  /// A matrix on the device.
  DeviceWeight matrix(Parameter parameter) {
    Matrix matrix = matrices.get(parameter.name());
    List<Memory> planes = matrix.planes().data().stream().map(uploaded::get).toList();
    Memory order = matrix.order().isRange() ? planes.getFirst() : orders.get(matrix.order());
    return new DeviceWeight(matrix, planes, order);
  }

  /// A vector on the device.
  Memory vector(Parameter parameter) {
    return uploadedVectors.get(parameter.name());
  }

  /// All numbers of a small matrix, row by row, or of a vector.
  float[] numbers(Parameter parameter) {
    Matrix matrix = matrices.get(parameter.name());
    if (matrix == null) {
      return vectors.get(parameter.name());
    }
    float[] numbers = new float[Math.multiplyExact(matrix.rows(), matrix.columns())];
    matrix.decode(0, matrix.rows(), numbers, 0);
    return numbers;
  }

  /// The values of a vector.
  float[] values(Parameter parameter) {
    return vectors.get(parameter.name());
  }
}
