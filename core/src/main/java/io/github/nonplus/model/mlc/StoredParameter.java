package io.github.nonplus.model.mlc;

import java.util.ArrayList;
import java.util.List;

/// A parameter of MLC's weight format and the checkpoint tensors it is made of: `sources` are
/// concatenated along the first axis, in this order.
///
/// @param name with the ending of an unquantized tensor, such as
///   `model.layers.0.self_attn.qkv_proj.weight`
/// @param shape of the concatenation
/// @param sourceRows how much of the first axis each of the sources contributes
/// @param role decides whether and how a scheme quantizes it
public record StoredParameter(
    String name, List<Integer> shape, List<String> sources, List<Integer> sourceRows, Role role) {
  /// What a parameter is to the quantization schemes.
  public enum Role {
    LINEAR,
    EMBEDDING,
    OUTPUT_LAYER,
    /// Norms and biases: never quantized.
    PLAIN
  }

  public StoredParameter {
    shape = List.copyOf(shape);
    sources = List.copyOf(sources);
    sourceRows = List.copyOf(sourceRows);
    if (sources.isEmpty()
        || sourceRows.size() != sources.size()
        || sourceRows.stream().mapToInt(Integer::intValue).sum() != shape.getFirst()) {
      throw new IllegalArgumentException(
          "%s: rows %s of %s for shape %s".formatted(name, sourceRows, sources, shape));
    }
  }

  /// A parameter made of one tensor.
  public StoredParameter(String name, List<Integer> shape, String source, Role role) {
    this(name, shape, List.of(source), List.of(shape.getFirst()), role);
  }

  /// The shape of one source in the checkpoint.
  public List<Long> sourceShape(int index) {
    List<Long> sourceShape = new ArrayList<>();
    shape.forEach(dimension -> sourceShape.add((long) dimension));
    sourceShape.set(0, (long) sourceRows.get(index));
    return sourceShape;
  }
}
