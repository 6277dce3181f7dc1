package io.github.nonplus.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.quantization.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Directories of converted weights that must not be evaluated.
class ConvertedWeightsRefusalTest {
  @TempDir Path directory;

  private Path weights;
  private Path shard;
  private Path index;

  @BeforeEach
  void convert() {
    weights = TinyModel.llama(directory).converted("q4f16_1");
    shard = weights.resolve("params_shard_0.bin");
    index = weights.resolve("tensor-cache.json");
  }

  @Test
  void shardOfAnotherLengthIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));
    scoring()
        .says(
            "%s has 58239 bytes, expected 58240 as the index says; convert or download it again",
            shard);
  }

  @Test
  void shardOfAnotherMd5IsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(shard);
    bytes[1000] ^= 1;
    Files.write(shard, bytes);
    scoring()
        .mentions(shard + " has MD5 ", ", expected ", "as the index says; convert or download it");
  }

  @Test
  void missingShardIsRefused() throws IOException {
    Files.delete(shard);
    scoring().says("%s is missing; convert or download it again", shard);
  }

  @Test
  void missingIndexIsRefused() throws IOException {
    Files.delete(index);
    scoring()
        .says(
            "%s holds neither tensor-cache.json nor ndarray-cache.json; expected a directory of"
                + " converted weights",
            weights);
  }

  @Test
  void tensorOutsideItsShardIsRefused() {
    TinyModel.edit(
        index, json -> ((ObjectNode) firstTensor(json)).put("byteOffset", Long.MAX_VALUE));
    scoring().mentions(index, "at byte 9223372036854775807", "outside its 58240 bytes");
  }

  @Test
  void tensorOfAnotherShapeIsRefused() {
    // All sizes agree, but the model needs others.
    TinyModel.edit(
        weights.resolve("mlc-chat-config.json"),
        json -> json.withObject("/model_config").put("intermediate_size", 64));
    scoring()
        .mentions(
            shard + ": tensor 'model.layers.0.mlp.", "of shape [", "], expected uint32 of shape [");
  }

  @Test
  void unknownQuantizationIsRefused() {
    Path config = weights.resolve("mlc-chat-config.json");
    TinyModel.edit(config, json -> json.put("quantization", "q5f16_0"));
    scoring()
        .says(
            "%s: unknown quantization 'q5f16_0'; there are %s; did you mean q3f16_0 or q4f16_0?",
            config,
            Quantization.ALL.stream().map(Quantization::name).collect(Collectors.joining(", ")));
  }

  @Test
  void otherQuantizationThanTheWeightsIsRefused() {
    TinyModel.edit(
        weights.resolve("mlc-chat-config.json"), json -> json.put("quantization", "q0f16"));
    scoring().mentions(weights, "has no tensor 'model.embed_tokens.weight'", "in q0f16");
  }

  @Test
  void unknownKeyOfTheModelIsRefused() {
    TinyModel.edit(
        weights.resolve("mlc-chat-config.json"),
        json -> json.withObject("/model_config").put("soft_cap", 30));
    scoring().mentions("mlc-chat-config.json", "'soft_cap' (30) is not known here");
  }

  private static JsonNode firstTensor(JsonNode index) {
    return index.at("/records/0/records/0");
  }

  private Refusal scoring() {
    return Refusal.of(
        directory,
        "calculate-perplexity",
        "--model",
        weights,
        "--device",
        "cpu",
        "--input-path",
        TinyModel.windows(directory));
  }
}
