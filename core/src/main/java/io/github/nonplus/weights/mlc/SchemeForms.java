package io.github.nonplus.weights.mlc;

import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.MatrixForm;
import io.github.nonplus.weights.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How weight directories of a scheme store a model's matrices, known before there is one.
public final class SchemeForms {
  private SchemeForms() {}

  /// The forms that each tensor of the checkpoint may have, and each parameter that is a part of
  /// one. There are two where float32 may be kept whole or as its upper 16 bits.
  ///
  /// @param sources of parameters that are not tensors of their very names
  public static Map<String, List<MatrixForm>> of(
      List<StoredParameter> parameters, Map<String, Source> sources, Quantization quantization) {
    Map<String, List<MatrixForm>> forms = new HashMap<>();
    for (StoredParameter parameter : parameters) {
      if (parameter.shape().size() >= 2) {
        StoredForm form = StoredForm.of(parameter, quantization);
        List<MatrixForm> own =
            form.stored(quantization.modelType()).stream()
                .map(form::format)
                .map(MatrixForm::of)
                .toList();
        parameter.sources().forEach(source -> forms.put(source, own));
      }
    }
    sources.forEach(
        (name, source) ->
            source
                .tensors()
                .findFirst()
                .map(tensor -> forms.get(tensor.name()))
                .ifPresent(own -> forms.put(name, own)));
    return forms;
  }
}
