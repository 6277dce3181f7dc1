package io.github.nonplus.model;

import java.util.List;

/// Knows a checkpoint whose weights are quantized already, by whatever tool.
public final class QuantizedCheckpoint {
  /// Where transformers, older compressed-tensors and MLX say so.
  private static final List<String> KEYS =
      List.of("quantization_config", "compression_config", "quantization");

  private QuantizedCheckpoint() {}

  /// Refuses it.
  public static void refuse(ConfigReader config) {
    for (String key : KEYS) {
      if (config.isSet(key)) {
        throw config.failure(
            "the checkpoint is quantized already (%s); give the original one".formatted(key));
      }
    }
  }
}
