package io.github.nonplus.model.mlc;

import java.util.ArrayList;
import java.util.List;

/// A parameter of MLC's weight format and the checkpoint tensors it is made of: `sources` are
/// concatenated along the first axis, in this order, and then changed. Layers of all experts are
/// one parameter of three dimensions, whose sources are the matrices of one expert after the
/// other's.
///
/// @param name with the ending of an unquantized tensor, such as
///   `model.layers.0.self_attn.qkv_proj.weight`
/// @param shape of the concatenation
/// @param sourceRows how many rows each of the sources contributes; a row is what is left when the
///   last axis is taken away, or one number of a vector
/// @param role decides whether and how a scheme quantizes it
/// @param change of the concatenation; what is transposed or cut has a single source
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
    /// A linear layer of each of several experts, [experts, outputs, inputs].
    EXPERTS,
    /// What is cut out of a linear layer, head by head, and stored beside it: [heads, rows,
    /// columns].
    HEADS,
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
        || !(change instanceof Change.Cut)
            && sourceRows.stream().reduce(0, Math::addExact) != rows(shape)) {
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
    this(name, shape, List.of(source), List.of(rows(shape)), role);
  }

  /// All axes but the last as one; the length of a vector.
  public int rows() {
    return rows(shape);
  }

  /// The last axis; 1 of a vector.
  public int columns() {
    return shape.size() == 1 ? 1 : shape.getLast();
  }

  private static int rows(List<Integer> shape) {
    return shape.stream().limit(Math.max(1, shape.size() - 1)).reduce(1, Math::multiplyExact);
  }

  /// The shape of one source in the checkpoint.
  public List<Long> sourceShape(int index) {
    if (change instanceof Change.Cut cut) {
      return List.of(cut.sourceRows(this), cut.sourceColumns(this));
    }
    List<Long> sourceShape = new ArrayList<>();
    if (sources.size() == 1 && role != Role.EXPERTS) {
      shape.forEach(dimension -> sourceShape.add((long) dimension));
    } else {
      sourceShape.add((long) sourceRows.get(index));
      if (shape.size() > 1) {
        sourceShape.add((long) columns());
      }
    }
    return change instanceof Change.Transposed ? sourceShape.reversed() : sourceShape;
  }
}
