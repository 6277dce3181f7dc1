package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.RowOrder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The weights of one program on a device. What several parameters share (a merged projection's
/// words, a tied embedding) is there once.
final class DeviceWeights {
  private final Map<String, Matrix> matrices = new LinkedHashMap<>();
  private final Map<String, float[]> vectors = new LinkedHashMap<>();
  private final Map<MemorySegment, Memory> uploaded = new LinkedHashMap<>();
  private final Map<Experts, List<Matrix>> stacks = new LinkedHashMap<>();
  private final Map<List<MemorySegment>, Memory> joined = new LinkedHashMap<>();

  /// Of experts, which go to the device together.
  private final Map<String, float[]> biases = new HashMap<>();

  private final Map<RowOrder, Memory> orders = new LinkedHashMap<>();
  private final Map<String, Memory> uploadedVectors = new HashMap<>();

  private DeviceWeights() {}

  /// Finds all weights of a program; nothing is on the device yet.
  static DeviceWeights of(Program program, ModelWeights weights) {
    DeviceWeights found = new DeviceWeights();
    for (Operation operation : program.operations()) {
      if (operation instanceof ExpertMatMul experts) {
        experts.parts().forEach(part -> found.addStack(part, weights));
      }
    }
    Set<String> stacked =
        found.stacks.keySet().stream()
            .flatMap(part -> part.all().stream())
            .map(linear -> linear.weight().name())
            .collect(Collectors.toSet());
    Set<String> biases =
        found.stacks.keySet().stream()
            .flatMap(part -> part.all().stream())
            .flatMap(linear -> linear.findBias().stream())
            .map(Parameter::name)
            .collect(Collectors.toSet());
    for (Parameter parameter : program.parameters()) {
      String name = parameter.name();
      if (stacked.contains(name)) {
        continue;
      }
      if (biases.contains(name)) {
        found.biases.put(name, weights.vector(name, parameter.outputs()));
        continue;
      }
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

  /// Experts that lie in one stack are there as it is; others are put into one.
  private void addStack(Experts part, ModelWeights weights) {
    List<Matrix> experts =
        part.all().stream()
            .map(each -> weights.matrix(each.weight().name(), part.outputs(), part.inputs()))
            .toList();
    ExpertWeights.requireAlike(part.weight(), experts);
    stacks.put(part, experts);
    if (ExpertWeights.isStack(experts)) {
      experts.getFirst().planes().data().forEach(plane -> uploaded.put(plane, null));
    } else {
      int planes = experts.getFirst().planes().data().size();
      for (int plane = 0; plane < planes; plane++) {
        joined.put(joinedPlanes(experts, plane), null);
      }
    }
    if (!experts.getFirst().order().isRange()) {
      orders.put(experts.getFirst().order(), null);
    }
  }

  private static List<MemorySegment> joinedPlanes(List<Matrix> experts, int plane) {
    return experts.stream().map(each -> each.planes().data().get(plane)).toList();
  }

  /// The experts of a layer on the device.
  ///
  /// @param resources where it is noted at which rows they begin
  ExpertWeights experts(Experts part, Resources resources) {
    List<Matrix> experts = stacks.get(part);
    Matrix first = experts.getFirst();
    List<Memory> planes = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (int plane = 0; plane < first.planes().data().size(); plane++) {
      MemorySegment own = first.planes().data().get(plane);
      boolean isStack = ExpertWeights.isStack(experts);
      planes.add(isStack ? uploaded.get(own) : joined.get(joinedPlanes(experts, plane)));
      steps.add(isStack ? 0 : ExpertWeights.step(own));
    }
    int listed = first.order().isRange() ? 0 : first.order().first();
    int[] places = new int[2 * experts.size()];
    for (int e = 0; e < experts.size(); e++) {
      places[2 * e] = experts.get(e).order().first() - listed;
      places[2 * e + 1] = experts.get(e).firstColumn();
    }
    Memory memory = resources.allocations().take(4L * places.length, "the places of experts");
    resources.queue().write(memory, places, places.length);
    Memory order = first.order().isRange() ? planes.getFirst() : orders.get(first.order());
    return new ExpertWeights(first, planes, steps, order, memory);
  }

  /// Bytes that they take on the device.
  long bytes() {
    long bytes = 0;
    for (List<MemorySegment> planes : joined.keySet()) {
      bytes = Math.addExact(bytes, planes.size() * ExpertWeights.step(planes.getFirst()));
    }
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
    for (Map.Entry<List<MemorySegment>, Memory> each : joined.entrySet()) {
      long step = ExpertWeights.step(each.getKey().getFirst());
      Memory memory = allocations.take(step * each.getKey().size(), "the weights of experts");
      long at = 0;
      for (MemorySegment plane : each.getKey()) {
        queue.upload(memory, at, plane);
        at += step;
      }
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
      return values(parameter);
    }
    float[] numbers = new float[Math.multiplyExact(matrix.rows(), matrix.columns())];
    matrix.decode(0, matrix.rows(), numbers, 0);
    return numbers;
  }

  /// The values of a vector.
  float[] values(Parameter parameter) {
    return vectors.getOrDefault(parameter.name(), biases.get(parameter.name()));
  }
}
