package io.github.nonplus.weights.mlc;

import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.quantization.Unquantized;
import io.github.nonplus.weights.ElementType;
import java.util.List;
import java.util.Optional;

/// The tensors that a parameter becomes under a scheme: what a writer writes and a reader expects.
sealed interface StoredForm {
  /// One tensor in the scheme's model type.
  record Dense(String name, List<Long> shape, ElementType type) implements StoredForm {}

  /// Packed codes and scales.
  record Grouped(
      String wordsName,
      String scalesName,
      GroupQuantization scheme,
      Layout layout,
      int rows,
      int columns)
      implements StoredForm {
    List<Long> wordsShape() {
      return shape(scheme.groups(columns) * scheme.wordsPerGroup());
    }

    List<Long> scalesShape() {
      return shape(scheme.groups(columns));
    }

    private List<Long> shape(int alongInputs) {
      return switch (layout) {
        case NK -> List.of((long) rows, (long) alongInputs);
        case KN -> List.of((long) alongInputs, (long) rows);
      };
    }
  }

  static StoredForm of(StoredParameter parameter, Quantization quantization) {
    return switch (quantization) {
      case Unquantized unquantized -> dense(parameter, unquantized.modelType());
      case GroupQuantization scheme ->
          layout(parameter.role(), scheme)
              .<StoredForm>map(layout -> grouped(parameter, scheme, layout))
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
      case PLAIN -> Optional.empty();
    };
  }

  private static StoredForm dense(StoredParameter parameter, ElementType type) {
    List<Long> shape = parameter.shape().stream().map(Integer::longValue).toList();
    return new Dense(parameter.name(), shape, type);
  }

  private static StoredForm grouped(
      StoredParameter parameter, GroupQuantization scheme, Layout layout) {
    String name = parameter.name();
    if (!name.endsWith(".weight") || parameter.shape().size() != 2) {
      throw new IllegalArgumentException(name + " is no matrix of weights");
    }
    String path = name.substring(0, name.length() - "weight".length());
    int rows = parameter.shape().get(0);
    int columns = parameter.shape().get(1);
    return new Grouped(path + "q_weight", path + "q_scale", scheme, layout, rows, columns);
  }
}
