package io.github.nonplus.reference.family;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import java.nio.file.Files;
import java.nio.file.Path;

/// The `config.json` of a model directory. A key that is not understood and could change the
/// numbers is refused: the table of those that cannot ([HarmlessKeys]) is data, and shared.
public final class Configuration {
  private Configuration() {}

  /// Reads it.
  public static Decoder read(Path directory) {
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
    Families.Reading reading = Families.ALL.get(type);
    if (reading == null) {
      throw config.failure(
          "model_type '%s' is not implemented in the engine pytorch, which knows %s;"
                  .formatted(type, String.join(", ", Families.ALL.keySet()))
              + " --engine transformers runs others");
    }
    for (String key : new String[] {"quantization_config", "compression_config", "quantization"}) {
      if (config.isSet(key)) {
        throw config.failure(
            "%s says that the weights are quantized; give the original".formatted(key));
      }
    }
    Decoder decoder = reading.of(config, type);
    config.refuseUnknown(HarmlessKeys.of(type));
    return decoder;
  }
}
