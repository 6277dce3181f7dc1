package io.github.nonplus.weights.mlc;

import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.GroupFormat;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.quantization.Unquantized;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import java.util.List;
import java.util.Optional;

/// The tensors that a parameter becomes under a scheme, what a writer writes and a reader expects:
/// the planes of its format.
///
/// @param format with scales or numbers in the scheme's model type
record StoredForm(Format format, List<Plane> planes) {
  StoredForm {
    planes = List.copyOf(planes);
  }

  /// A tensor by its name.
  record Plane(String name, ElementType type, List<Long> shape) {}

  static StoredForm of(StoredParameter parameter, Quantization quantization) {
    return switch (quantization) {
      case Unquantized unquantized -> dense(parameter, unquantized.modelType());
      case GroupQuantization scheme ->
          layout(parameter.role(), scheme)
              .map(
                  layout -> grouped(parameter, new GroupFormat(scheme, layout, scheme.modelType())))
              .orElseGet(() -> dense(parameter, scheme.modelType()));
    };
  }

  /// How a scheme lays out parameters of a role, or empty if it leaves them as they are.
  private static Optional<Layout> layout(StoredParameter.Role role, GroupQuantization scheme) {
    Optional<Layout> vocabulary =
        scheme.quantizesVocabulary() ? Optional.of(scheme.layout()) : Optional.empty();
    return switch (role) {
      case LINEAR -> Optional.of(scheme.layout());
      case OUTPUT_LAYER -> vocabulary;
      case EMBEDDING -> vocabulary.map(_ -> Layout.NK);
      case PLAIN, SINGLE -> Optional.empty();
    };
  }

  private static StoredForm dense(StoredParameter parameter, ElementType modelType) {
    ElementType type = typeOf(parameter, modelType);
    List<Long> shape = parameter.shape().stream().map(Integer::longValue).toList();
    return new StoredForm(new Dense(type), List.of(new Plane(parameter.name(), type, shape)));
  }

  /// What a parameter that is not quantized is cast to.
  static ElementType typeOf(StoredParameter parameter, ElementType modelType) {
    return parameter.role() == StoredParameter.Role.SINGLE ? ElementType.FLOAT32 : modelType;
  }

  private static StoredForm grouped(StoredParameter parameter, GroupFormat format) {
    String name = parameter.name();
    if (!name.endsWith(".weight") || parameter.shape().size() != 2) {
      throw new IllegalArgumentException(name + " is no matrix of weights");
    }
    String path = name.substring(0, name.length() - "weight".length());
    int rows = parameter.shape().get(0);
    int columns = parameter.shape().get(1);
    List<Long> words = shape(format.layout(), rows, format.words(columns));
    List<Long> scales = shape(format.layout(), rows, format.scheme().groups(columns));
    return new StoredForm(
        format,
        List.of(
            new Plane(path + "q_weight", ElementType.UINT32, words),
            new Plane(path + "q_scale", format.scaleType(), scales)));
  }

  private static List<Long> shape(Layout layout, long rows, long alongInputs) {
    return switch (layout) {
      case NK -> List.of(rows, alongInputs);
      case KN -> List.of(alongInputs, rows);
    };
  }

  /// The format where numbers, or scales, are stored in another type than the model type.
  Format format(ElementType stored) {
    return format instanceof GroupFormat groups
        ? new GroupFormat(groups.scheme(), groups.layout(), stored)
        : new Dense(stored);
  }
}
