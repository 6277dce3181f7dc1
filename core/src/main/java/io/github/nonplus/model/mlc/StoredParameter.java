package io.github.nonplus.model.mlc;

import java.util.ArrayList;
import java.util.List;

/// A parameter of MLC's weight format and the checkpoint tensors it is made of: `sources` are
/// concatenated along the first axis, in this order, and then changed.
///
/// @param name with the ending of an unquantized tensor, such as
///   `model.layers.0.self_attn.qkv_proj.weight`
/// @param shape of the concatenation
/// @param sourceRows how much of the first axis each of the sources contributes
/// @param role decides whether and how a scheme quantizes it
/// @param change of the concatenation; a transposed one has a single source
public record StoredParameter(
    String name,
    List<Integer> shape,
    List<String> sources,
    List<Integer> sourceRows,
    Role role,
    Change change) {
  /// What a parameter is to the quantization schemes.
  public enum Role {
    LINEAR,
    EMBEDDING,
    OUTPUT_LAYER,
    /// Norms and biases: never quantized.
    PLAIN,
    /// Never quantized, and float32 whatever the scheme.
    SINGLE
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

  /// A parameter that is concatenated and no more.
  public StoredParameter(
      String name, List<Integer> shape, List<String> sources, List<Integer> sourceRows, Role role) {
    this(name, shape, sources, sourceRows, role, Change.NONE);
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
    return switch (change) {
      case Change.Transposed _ -> sourceShape.reversed();
      case Change.None _, Change.PlusOne _, Change.Gathered _ -> sourceShape;
    };
  }
}
