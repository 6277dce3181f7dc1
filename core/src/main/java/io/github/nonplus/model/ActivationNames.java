package io.github.nonplus.model;

import io.github.nonplus.program.op.Activation;
import java.util.Map;
import java.util.TreeSet;

/// Names under which configurations ask for activations: those of transformers' `ACT2CLS` whose
/// formulas there are here.
public final class ActivationNames {
  private static final Map<String, Activation> NAMES =
      Map.ofEntries(
          Map.entry("silu", Activation.SILU),
          Map.entry("swish", Activation.SILU),
          Map.entry("gelu", Activation.GELU),
          Map.entry("gelu_python", Activation.GELU),
          Map.entry("gelu_new", Activation.GELU_TANH),
          Map.entry("gelu_fast", Activation.GELU_TANH),
          Map.entry("gelu_pytorch_tanh", Activation.GELU_TANH),
          Map.entry("gelu_accurate", Activation.GELU_TANH),
          Map.entry("gelu_python_tanh", Activation.GELU_TANH),
          Map.entry("quick_gelu", Activation.QUICK_GELU),
          Map.entry("relu", Activation.RELU),
          Map.entry("relu2", Activation.RELU_SQUARED));

  private ActivationNames() {}

  /// The activation that a key names.
  ///
  /// @param absent the name where the key is absent
  public static Activation read(ConfigReader config, String key, String absent) {
    String name = config.stringOr(key, absent);
    Activation activation = NAMES.get(name);
    if (activation == null) {
      throw config.failure(
          "%s is '%s', which is not implemented; known are %s"
              .formatted(config.name(key), name, String.join(", ", new TreeSet<>(NAMES.keySet()))));
    }
    return activation;
  }
}
