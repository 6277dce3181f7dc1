package io.github.nonplus.weights.mlc;

import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.MatrixForm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How weight directories of a scheme store a model's matrices, known before there is one.
public final class SchemeForms {
  private SchemeForms() {}

  /// The forms that each tensor of the checkpoint may have. There are two where the format allows
  /// float32 to be kept whole or as its upper 16 bits.
  public static Map<String, List<MatrixForm>> of(
      List<StoredParameter> parameters, Quantization quantization) {
    Map<String, List<MatrixForm>> forms = new HashMap<>();
    for (StoredParameter parameter : parameters) {
      if (parameter.shape().size() == 2) {
        List<MatrixForm> own = forms(StoredForm.of(parameter, quantization));
        parameter.sources().forEach(source -> forms.put(source, own));
      }
    }
    return forms;
  }

  private static List<MatrixForm> forms(StoredForm form) {
    return switch (form) {
      case StoredForm.Dense dense ->
          kept(dense.type()).stream().<MatrixForm>map(MatrixForm.Dense::new).toList();
      case StoredForm.Grouped grouped ->
          kept(grouped.scheme().modelType()).stream()
              .<MatrixForm>map(
                  type -> new MatrixForm.Grouped(grouped.scheme(), grouped.layout(), type))
              .toList();
    };
  }

  private static List<ElementType> kept(ElementType type) {
    return type == ElementType.FLOAT32
        ? List.of(ElementType.BFLOAT16, ElementType.FLOAT32)
        : List.of(type);
  }
}
