package io.github.nonplus.model;

import java.util.Map;

/// Names under which configurations ask for one and the same activation: those of transformers'
/// `ACT2CLS` that compute one formula.
public final class ActivationNames {
  private static final Map<String, String> PLAIN =
      Map.of(
          "swish", "silu",
          "gelu_python", "gelu",
          "gelu_new", "gelu_pytorch_tanh",
          "gelu_accurate", "gelu_pytorch_tanh",
          "gelu_python_tanh", "gelu_pytorch_tanh");

  private ActivationNames() {}

  /// The name that stands for all of them, or the name itself if it has no others.
  public static String plain(String name) {
    return PLAIN.getOrDefault(name, name);
  }
}
