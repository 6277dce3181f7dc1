package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.DenseMatrix;
import io.github.nonplus.weights.GroupQuantizedMatrix;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// The weights of one program on a device. What several parameters share (a merged projection's
/// words, a tied embedding) is there once.
final class DeviceWeights {
  private final Map<String, Matrix> matrices = new LinkedHashMap<>();
  private final Map<String, float[]> vectors = new LinkedHashMap<>();
  private final Map<MemorySegment, Memory> uploaded = new LinkedHashMap<>();
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
      switch (matrix) {
        case DenseMatrix dense -> found.uploaded.put(dense.data(), null);
        case GroupQuantizedMatrix packed -> {
          found.uploaded.put(packed.words(), null);
          found.uploaded.put(packed.scales(), null);
        }
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
    return switch (matrices.get(parameter.name())) {
      case DenseMatrix dense -> DeviceWeight.dense(uploaded.get(dense.data()), dense);
      case GroupQuantizedMatrix packed ->
          DeviceWeight.packed(uploaded.get(packed.words()), uploaded.get(packed.scales()), packed);
    };
  }

  /// A vector on the device.
  Memory vector(Parameter parameter) {
    return uploadedVectors.get(parameter.name());
  }

  /// The values of a vector.
  float[] values(Parameter parameter) {
    return vectors.get(parameter.name());
  }
}
