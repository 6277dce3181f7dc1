package io.github.nonplus.weights.mlc;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.DType;
import io.github.nonplus.quantization.Encoding;
import io.github.nonplus.quantization.Encoding.Part;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tensors that a parameter becomes under a scheme, what a writer writes and a reader expects:
/// the planes of its format.
///
/// @param encoding empty where it is stored number by number
/// @param besides names of tensors that may be there as well
record StoredForm(Optional<Encoding> encoding, List<Part> planes, List<String> besides) {
  StoredForm {
    planes = List.copyOf(planes);
    besides = List.copyOf(besides);
  }

  static StoredForm of(StoredParameter parameter, Quantization scheme) {
    Optional<Encoding> encoding =
        switch (parameter.role()) {
          case LINEAR -> scheme.linear();
          case EMBEDDING -> scheme.embedding();
          case OUTPUT_LAYER -> scheme.outputLayer();
          case EXPERTS -> scheme.experts();
          case HEADS -> scheme.heads();
          case PLAIN, SINGLE -> Optional.empty();
        };
    return encoding
        .map(each -> encoded(parameter, each))
        .orElseGet(() -> dense(parameter, scheme.modelType()));
  }

  private static StoredForm dense(StoredParameter parameter, ElementType modelType) {
    List<Long> shape = parameter.shape().stream().map(Integer::longValue).toList();
    DType type = DType.of(typeOf(parameter, modelType));
    return new StoredForm(
        Optional.empty(), List.of(new Part(parameter.name(), type, shape)), List.of());
  }

  /// What a parameter that is not quantized is cast to.
  static ElementType typeOf(StoredParameter parameter, ElementType modelType) {
    return parameter.role() == StoredParameter.Role.SINGLE ? ElementType.FLOAT32 : modelType;
  }

  private static StoredForm encoded(StoredParameter parameter, Encoding encoding) {
    String name = parameter.name();
    List<Integer> rows = parameter.sourceRows();
    int together = encoding.outputsTogether();
    if (rows.subList(0, rows.size() - 1).stream().anyMatch(each -> each % together != 0)) {
      throw new WeightsException(
          "'%s' holds %s one below the other, of %s outputs, but %d outputs share what is stored of them, so they cannot be told apart"
              .formatted(name, String.join(", ", parameter.sources()), rows, together));
    }
    return new StoredForm(
        Optional.of(encoding), encoding.parts(name, parameter.shape()), encoding.besides(name));
  }

  /// What the tensors mean.
  ///
  /// @param stored how the last of them is stored, if as numbers
  Format format(ElementType stored) {
    return encoding.map(each -> each.format(stored)).orElseGet(() -> new Dense(stored));
  }

  /// A matrix of it as it will be read: scales that are float32 are stored as their upper halves.
  Matrix stored(Matrix computed, Arena arena) {
    List<MemorySegment> data = new ArrayList<>(computed.planes().data());
    return switch (planes.getLast().type()) {
      case FLOAT32 -> {
        data.addLast(Bfloat16.encode(data.removeLast(), arena));
        Format format = format(ElementType.BFLOAT16);
        yield Matrix.of(format, computed.rows(), computed.columns(), data);
      }
      case FLOAT16, BFLOAT16, UINT32, FLOAT8_E4M3FN, FLOAT8_E5M2 -> computed;
    };
  }

  /// The types in which the last of them may be stored, if as numbers: a float32 whole or as its
  /// upper half.
  List<ElementType> stored(ElementType modelType) {
    ElementType type = planes.getLast().type().number().orElse(modelType);
    return switch (type) {
      case FLOAT32 -> List.of(ElementType.BFLOAT16, ElementType.FLOAT32);
      case FLOAT16, BFLOAT16 -> List.of(type);
    };
  }
}
