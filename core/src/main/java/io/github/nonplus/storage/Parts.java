package io.github.nonplus.storage;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Tensor;
import io.github.nonplus.weights.safetensors.RawTensor;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The tensors in which a checkpoint stores one matrix, by their endings.
public final class Parts {
  private static final String WEIGHT = ".weight";

  private final SafetensorsCheckpoint checkpoint;
  private final String parameter;
  private final String module;

  /// @param parameter the matrix, under the name that the model has for it
  public Parts(SafetensorsCheckpoint checkpoint, String parameter) {
    this.checkpoint = checkpoint;
    this.parameter = parameter;
    this.module =
        parameter.endsWith(WEIGHT)
            ? parameter.substring(0, parameter.length() - WEIGHT.length())
            : parameter;
  }

  /// The parts of another module of the same checkpoint.
  Parts of(String other) {
    return new Parts(checkpoint, other);
  }

  /// The matrix.
  String parameter() {
    return parameter;
  }

  /// What it belongs to: `model.layers.0.mlp.up_proj`.
  String module() {
    return module;
  }

  boolean has(String ending) {
    return checkpoint.contains(module + ending);
  }

  Optional<RawTensor> find(String ending) {
    return checkpoint.raw(module + ending);
  }

  /// A part that must be there.
  RawTensor require(String ending) {
    return find(ending)
        .orElseThrow(
            () ->
                new WeightsException(
                    "%s: '%s' is quantized, but there is no tensor '%s'; download the checkpoint again"
                        .formatted(checkpoint.path(), module, module + ending)));
  }

  /// A part of one of those types.
  RawTensor require(String ending, List<String> types) {
    RawTensor part = require(ending);
    if (!types.contains(part.type())) {
      throw failure(part, "is of type " + part.type(), String.join(" or ", types));
    }
    return part;
  }

  /// A part of one of those types in one of those shapes.
  RawTensor require(String ending, List<String> types, List<List<Long>> shapes) {
    RawTensor part = require(ending, types);
    if (!shapes.contains(part.shape())) {
      throw failure(
          part,
          "has shape " + part.shape(),
          String.join(" or ", shapes.stream().distinct().map(List::toString).toList()));
    }
    return part;
  }

  /// A shape.
  static List<Long> shape(long... dimensions) {
    return Arrays.stream(dimensions).boxed().toList();
  }

  /// The one number of a part of four bytes or less.
  float number(RawTensor part) {
    io.github.nonplus.weights.ElementType type = Types.floating(part.type());
    if (type == null || part.data().byteSize() != type.bytes()) {
      throw failure(
          part, "has shape %s and type %s".formatted(part.shape(), part.type()), "one number");
    }
    float[] one = new float[1];
    new Tensor(part.name(), type, List.of(), part.data()).read(0, 1, one, 0);
    return one[0];
  }

  /// A part of one number, as a parameter. That it is one is checked where it is read.
  Parameter number(String ending) {
    require(ending);
    return Parameter.vector(module + ending, 1);
  }

  /// The matrix of those planes.
  Matrix matrix(Format format, int rows, int columns, List<RawTensor> planes) {
    return matrixOf(format, rows, columns, planes.stream().map(RawTensor::data).toList());
  }

  /// The same where a plane is no tensor. Lengths that are not the format's are refused.
  Matrix matrixOf(Format format, int rows, int columns, List<MemorySegment> planes) {
    try {
      return Matrix.of(format, rows, columns, planes);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new WeightsException(
          "%s: '%s' cannot be %d x %d weights as %s: %s; download the checkpoint again"
              .formatted(checkpoint.path(), module, rows, columns, format.name(), e.getMessage()));
    }
  }

  /// A part that is not what it should be.
  WeightsException failure(RawTensor part, String found, String expected) {
    return new WeightsException(
        "%s: tensor '%s' %s, expected %s; check that config.json belongs to these weights"
            .formatted(checkpoint.fileOf(part.name()), part.name(), found, expected));
  }

  /// Activations that the checkpoint asks for and nobody computes.
  WeightsException notComputed(String what) {
    return failure(
        "has inputs with %s, which are not computed; leave --activations as-stored out"
            .formatted(what));
  }

  /// The module as a whole.
  WeightsException failure(String sentence) {
    return new WeightsException("%s: '%s' %s".formatted(checkpoint.path(), module, sentence));
  }
}
