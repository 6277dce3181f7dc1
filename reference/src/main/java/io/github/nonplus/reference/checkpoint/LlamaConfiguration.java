package io.github.nonplus.reference.checkpoint;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import java.nio.file.Files;
import java.nio.file.Path;

/// The `config.json` of a Llama, with the defaults that transformers gives to absent keys. A key
/// that is not understood and could change the numbers is refused: the table of those that cannot
/// ([HarmlessKeys]) is data, and shared.
///
/// @param tied whether the output layer is the embedding
public record LlamaConfiguration(
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int keyHeads,
    int headSize,
    int vocabulary,
    double epsilon,
    boolean attentionBias,
    boolean mlpBias,
    boolean tied,
    int maxPositions,
    Rotary rotary) {
  private static final int LARGEST = 1 << 24;
  private static final int MOST_LAYERS = 10_000;

  /// Reads it from a model directory.
  public static LlamaConfiguration read(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelException(
          "%s %s; give the directory of a Hugging Face model"
              .formatted(directory, Files.exists(directory) ? "is a file" : "does not exist"));
    }
    Path file = directory.resolve("config.json");
    if (!Files.exists(file)) {
      throw new ModelException(
          "%s holds no config.json; give the directory of a Hugging Face model: PyTorch reads no"
                  .formatted(directory)
              + " converted weights");
    }
    ConfigReader config =
        new ConfigReader(file.toString(), JsonFile.read(file, ModelException::new));
    String type = config.stringOr("model_type", "");
    if (!type.equals("llama")) {
      throw config.failure(
          "model_type '%s' is not implemented in the engine pytorch, which knows llama;"
                  .formatted(type)
              + " --engine transformers runs others");
    }
    requirePlain(config);
    LlamaConfiguration read = of(config);
    config.refuseUnknown(HarmlessKeys.of("llama"));
    return read;
  }

  private static LlamaConfiguration of(ConfigReader config) {
    int hidden = size(config, "hidden_size");
    int heads = size(config, "num_attention_heads");
    if (hidden % heads != 0 && config.find("head_dim").isEmpty()) {
      throw config.failure(
          "hidden_size %d is no multiple of num_attention_heads %d, and there is no head_dim"
              .formatted(hidden, heads));
    }
    int keyHeads = config.intOr("num_key_value_heads", 1, heads);
    if (heads % keyHeads != 0) {
      throw config.failure(
          "num_attention_heads %d is no multiple of num_key_value_heads %d"
              .formatted(heads, keyHeads));
    }
    int headSize = config.intOr("head_dim", 1, hidden / heads);
    if (headSize % 2 != 0 || (long) heads * headSize > LARGEST) {
      throw config.failure(
          "%d heads of head_dim %d are not possible: it is even, and all heads have at most %d"
              .formatted(heads, headSize, LARGEST));
    }
    int layers = config.requiredInt("num_hidden_layers", 1);
    if (layers > MOST_LAYERS) {
      throw config.failure(
          "num_hidden_layers is %d, expected at most %d".formatted(layers, MOST_LAYERS));
    }
    int maxPositions = config.intOr("max_position_embeddings", 1, 2048);
    return new LlamaConfiguration(
        hidden,
        size(config, "intermediate_size"),
        layers,
        heads,
        keyHeads,
        headSize,
        size(config, "vocab_size"),
        config.positiveOr("rms_norm_eps", 1e-6),
        config.booleanOr("attention_bias", false),
        config.booleanOr("mlp_bias", false),
        config.booleanOr("tie_word_embeddings", false),
        maxPositions,
        RotaryReader.read(config, maxPositions));
  }

  private static void requirePlain(ConfigReader config) {
    String activation = config.stringOr("hidden_act", "silu");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw config.failure("hidden_act is '%s', only 'silu' is implemented".formatted(activation));
    }
    for (String key : new String[] {"quantization_config", "compression_config", "quantization"}) {
      if (config.isSet(key)) {
        throw config.failure(
            "%s says that the weights are quantized; give the original".formatted(key));
      }
    }
  }

  private static int size(ConfigReader config, String key) {
    int size = config.requiredInt(key, 1);
    if (size > LARGEST) {
      throw config.failure("%s is %d, expected at most %d".formatted(key, size, LARGEST));
    }
    return size;
  }

  /// The longest window that the model takes: `max_position_embeddings`, which dynamic scaling
  /// extends by its factor.
  public int longestWindow() {
    return rotary.type() == Rotary.Type.DYNAMIC
        ? (int) Math.min(Integer.MAX_VALUE, maxPositions * Math.max(1, rotary.factor()))
        : maxPositions;
  }
}
