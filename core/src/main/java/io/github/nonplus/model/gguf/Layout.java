package io.github.nonplus.model.gguf;

import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.family.Sizes;
import io.github.nonplus.program.op.ExpertMatMul;

/// What says how the tensors of a file lie: the sizes of the model, and which tensors there are.
///
/// @param experts of a layer; 0 where there are none
record Layout(Description file, Sizes sizes, int experts) {
  static Layout of(Description file, FamilyModel model) {
    int experts =
        model.program(Output.SCORE).operations().stream()
            .filter(ExpertMatMul.class::isInstance)
            .mapToInt(operation -> ((ExpertMatMul) operation).experts())
            .findFirst()
            .orElse(0);
    return new Layout(file, model.sizes(), experts);
  }
}
