package io.github.nonplus.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.storage.Decoding;
import io.github.nonplus.storage.Storage;
import io.github.nonplus.storage.Storages;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a Hugging Face directory says that its weights are quantized: in `config.json`, in a file
/// beside it, or by the tensors alone.
final class StorageDeclaration {
  /// Files that older tools wrote, with the method each is for.
  private static final Map<String, String> BESIDE = new LinkedHashMap<>();

  static {
    BESIDE.put("quantize_config.json", "gptq");
    BESIDE.put("quant_config.json", "awq");
    BESIDE.put("hf_quant_config.json", "modelopt");
  }

  private StorageDeclaration() {}

  static Optional<Storage> find(Path directory, ConfigReader config, Decoding decoding) {
    Optional<Storage> declared = Storages.of(config, decoding);
    if (declared.isPresent()) {
      return declared;
    }
    List<String> names = names(directory);
    for (Map.Entry<String, String> each : BESIDE.entrySet()) {
      Path file = directory.resolve(each.getKey());
      if (Files.isRegularFile(file) && names.stream().anyMatch(StorageDeclaration::isQuantized)) {
        ObjectNode json = JsonFile.read(file, ModelException::new);
        ConfigReader beside = new ConfigReader(file.toString(), json);
        ConfigReader inner = beside.findObject("quantization").orElse(beside);
        return Optional.of(Storages.of(config, each.getValue(), inner, decoding));
      }
    }
    if (names.stream().anyMatch(name -> name.endsWith(".qweight"))) {
      throw config.failure(
          "the checkpoint holds '.qweight' tensors, but nothing says how its weights are quantized;"
              + " add the quantization_config that its maker published");
    }
    return Storages.ofTensors(names, config, decoding);
  }

  private static boolean isQuantized(String name) {
    return name.endsWith(".qweight") || name.endsWith(".weight_scale");
  }

  /// The names of all tensors, or none where weights are not there or not read: whoever opens them
  /// says so.
  private static List<String> names(Path directory) {
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(directory)) {
      return checkpoint.names();
    } catch (WeightsException unread) {
      return List.of();
    }
  }
}
