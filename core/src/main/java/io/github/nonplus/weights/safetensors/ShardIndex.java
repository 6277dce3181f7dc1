package io.github.nonplus.weights.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What `model.safetensors.index.json` says: which file of the same directory holds which tensor.
///
/// @param tensorsOfFile files in order of first appearance, each with its tensors in the order of
///   the index
record ShardIndex(Map<String, List<String>> tensorsOfFile) {
  static final String FILE_NAME = "model.safetensors.index.json";

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._-]+\\.safetensors");

  static ShardIndex read(Path file) {
    ObjectNode json = JsonFile.read(file, WeightsException::new);
    if (!(json.get("weight_map") instanceof ObjectNode map) || map.isEmpty()) {
      throw new WeightsException(
          file + " has no weight_map; expected an object from tensor names to file names");
    }
    Map<String, List<String>> tensorsOfFile = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().textValue();
      if (shard == null || !PLAIN_NAME.matcher(shard).matches()) {
        throw new WeightsException(
            "%s: tensor '%s' should lie in %s, expected the name of a .safetensors file beside it"
                .formatted(file, entry.getKey(), entry.getValue()));
      }
      tensorsOfFile.computeIfAbsent(shard, _ -> new ArrayList<>()).add(entry.getKey());
    }
    return new ShardIndex(tensorsOfFile);
  }
}
