package io.github.nonplus.weights.safetensors;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Which files of a model directory hold its weights. A directory in which tools would find
/// different ones is refused.
///
/// @param tensorsOfFile each file by name, with the tensors that the index says are in it; empty
///   where there is no index
record WeightFiles(Map<String, List<String>> tensorsOfFile) {
  static final String SINGLE_FILE = "model.safetensors";

  private static final Pattern SHARD = Pattern.compile("model-\\d+-of-\\d+\\.safetensors");

  /// Finds them.
  static WeightFiles of(Path directory) {
    Set<String> shards = shards(directory);
    boolean single = Files.exists(directory.resolve(SINGLE_FILE));
    Path index = directory.resolve(ShardIndex.FILE_NAME);
    if (!Files.exists(index)) {
      if (single) {
        requireNoOther(directory, shards, SINGLE_FILE + " is there");
        return new WeightFiles(Map.of());
      }
      throw nothing(directory, shards);
    }
    Map<String, List<String>> listed = ShardIndex.read(index).tensorsOfFile();
    if (single && !listed.containsKey(SINGLE_FILE)) {
      throw new WeightsException(
          ("%s holds both %s and %s, which names other files: which of them is read depends on the"
                  + " tool; remove the one that is not the model")
              .formatted(directory, SINGLE_FILE, ShardIndex.FILE_NAME));
    }
    shards.removeAll(listed.keySet());
    requireNoOther(directory, shards, ShardIndex.FILE_NAME + " does not name it");
    return new WeightFiles(listed);
  }

  private static void requireNoOther(Path directory, Set<String> shards, String why) {
    if (!shards.isEmpty()) {
      throw new WeightsException(
          "%s holds %s, but %s; remove what is not of this model, or download the index again"
              .formatted(directory, shards.iterator().next(), why));
    }
  }

  private static Set<String> shards(Path directory) {
    Set<String> shards = safetensors(directory);
    shards.removeIf(name -> !SHARD.matcher(name).matches());
    return shards;
  }

  /// The names of all files of that kind.
  private static Set<String> safetensors(Path directory) {
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.safetensors")) {
        files.forEach(file -> names.add(file.getFileName().toString()));
      } catch (IOException e) {
        throw new WeightsException("%s cannot be read (%s)".formatted(directory, Reason.of(e)), e);
      }
    }
    return names;
  }

  private static WeightsException nothing(Path directory, Set<String> shards) {
    if (!Files.exists(directory)) {
      return new WeightsException(directory + " does not exist; expected a model directory");
    }
    if (!Files.isDirectory(directory)) {
      return new WeightsException(
          directory + " is a file; expected the directory of a Hugging Face model");
    }
    if (!shards.isEmpty()) {
      return new WeightsException(
          "%s holds %s, but no %s, which says where each tensor lies; download that, too"
              .formatted(directory, shards.iterator().next(), ShardIndex.FILE_NAME));
    }
    return new WeightsException(
        OtherWeights.sentence(directory)
            .orElseGet(
                () ->
                    safetensors(directory).stream()
                        .findFirst()
                        .map(
                            name ->
                                "%s holds %s, but neither %s nor %s; name the model's weights so"
                                    .formatted(directory, name, SINGLE_FILE, ShardIndex.FILE_NAME))
                        .orElse(
                            "%s holds neither %s nor %s; expected a Hugging Face model"
                                .formatted(directory, SINGLE_FILE, ShardIndex.FILE_NAME))));
  }
}
