package io.github.nonplus.model;

import java.util.List;

/// A parameter of MLC's weight format and the checkpoint tensors it is made of: `sources` are
/// concatenated along the first axis, in this order.
///
/// @param name with the ending of an unquantized tensor, such as
///   `model.layers.0.self_attn.qkv_proj.weight`
/// @param shape of the concatenation
/// @param role decides whether and how a scheme quantizes it
public record StoredParameter(String name, List<Integer> shape, List<String> sources, Role role) {
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
  }
}
