package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.JsonFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// A weight directory in a few numbers.
///
/// @param quantization the scheme's name as the directory gives it
/// @param indexFile which of the two names the index has
/// @param tensors codes and scales counted separately
/// @param bytes of all shards
/// @param bitsPerParameter as the index says; MLC counts scales, and four bytes for a float32 that
///   is stored in two
public record MlcSummary(
    String modelType,
    String quantization,
    String indexFile,
    int shards,
    int tensors,
    long bytes,
    OptionalDouble bitsPerParameter) {

  /// Whether the directory looks like one of converted weights.
  public static boolean isPresent(Path directory) {
    return MlcIndex.find(directory).isPresent();
  }

  /// What a directory's weights had been quantized to before they were converted; empty if its
  /// index does not say so, or is not there.
  public static Optional<String> quantizedBefore(Path directory) {
    return MlcIndex.find(directory)
        .map(index -> JsonFile.read(index, WeightsException::new).path("metadata"))
        .map(metadata -> metadata.path(IndexJson.QUANTIZED_BEFORE).textValue());
  }

  /// Reads index and configuration, but not the shards.
  public static MlcSummary read(Path directory) {
    MlcIndex index = MlcIndex.read(directory);
    ObjectNode json = JsonFile.read(index.file(), WeightsException::new);
    ObjectNode chat =
        JsonFile.read(directory.resolve(ChatConfigFile.FILE_NAME), WeightsException::new);
    var bits = json.path("metadata").path("BitsPerParam");
    return new MlcSummary(
        chat.path("model_type").asText(),
        chat.path("quantization").asText(),
        index.file().getFileName().toString(),
        index.shards().size(),
        index.shards().stream().mapToInt(shard -> shard.tensors().size()).sum(),
        index.shards().stream().mapToLong(ShardRecord::bytes).sum(),
        bits.isNumber() ? OptionalDouble.of(bits.doubleValue()) : OptionalDouble.empty());
  }
}
