package io.github.nonplus.storage;

import io.github.nonplus.weights.Matrix;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a kind of checkpoint stores the matrices that it quantizes. Which they are the tensors say:
/// whatever has none of a storage's parts is stored as it is, so mixed checkpoints need no list.
public interface Storage {
  /// What results and libraries call it: `gptq-4bit-g128`.
  String name();

  /// Endings of the tensors that a parameter is stored in, and for each the ending that the
  /// parameter itself has in its place: `.qweight` and `.weight`.
  Map<String, String> endings();

  /// Endings of tensors that are there but decide nothing that is computed here.
  default List<String> unused() {
    return List.of();
  }

  /// The matrix as it is stored, as far as headers say; empty if this parameter is not quantized.
  /// Parts that do not fit its size or each other are a
  /// [io.github.nonplus.failure.WeightsException].
  ///
  /// @param rows outputs, of `columns` inputs
  Optional<Matrix> find(Parts parts, int rows, int columns);

  /// What the checkpoint asks for beside its weights and is not done, as ends of a sentence; empty
  /// if nothing.
  default List<String> notApplied() {
    return List.of();
  }

  /// Of what is asked for beside the weights, what is no input of a product.
  default List<String> beyondInputs() {
    return List.of();
  }

  /// How the checkpoint asks the input of a product with this parameter to be rounded; empty if it
  /// does not. What nobody computes, or the checkpoint leaves open, is a
  /// [io.github.nonplus.failure.WeightsException].
  default Optional<InputCodes> inputs(Parts parts) {
    return Optional.empty();
  }

  /// The parameter that a stored tensor is a part of; the tensor itself if it is none.
  default String parameterOf(String stored) {
    String parameter = stored;
    int longest = 0;
    for (Map.Entry<String, String> ending : endings().entrySet()) {
      String end = ending.getKey();
      if (end.length() > longest && stored.endsWith(end)) {
        longest = end.length();
        parameter = stored.substring(0, stored.length() - longest) + ending.getValue();
      }
    }
    return parameter;
  }
}
