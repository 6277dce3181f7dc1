package io.github.nonplus.weights.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which files of a directory are the model, and what is said where that is not clear.
class WeightFilesTest {
  private static final String SHARD = "model-00001-of-00002.safetensors";

  @TempDir Path directory;

  private void weights(String file, String... tensors) {
    SafetensorsBytes bytes = new SafetensorsBytes();
    for (String tensor : tensors) {
      bytes.float32(tensor, List.of(1), 1);
    }
    bytes.write(directory.resolve(file));
  }

  private void index(String file, String... tensors) throws IOException {
    String lines =
        String.join(
            ",", List.of(tensors).stream().map(t -> "\"" + t + "\":\"" + file + "\"").toList());
    Files.writeString(directory.resolve(ShardIndex.FILE_NAME), "{\"weight_map\":{" + lines + "}}");
  }

  private void isRefused(String... words) {
    assertThatThrownBy(() -> SafetensorsCheckpoint.open(directory))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContainingAll(words);
  }

  private void isRead(String... names) {
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(directory)) {
      assertThat(checkpoint.names()).containsExactly(names);
    }
  }

  @Test
  void aSingleFileBesideAnIndexOfOtherFilesIsRefused() throws IOException {
    weights("model.safetensors", "a");
    weights(SHARD, "a");
    index(SHARD, "a");
    isRefused("both model.safetensors and model.safetensors.index.json", "remove the one");
  }

  @Test
  void anIndexOfTheSingleFileIsItsIndex() throws IOException {
    weights("model.safetensors", "b", "a");
    index("model.safetensors", "a", "b");
    isRead("a", "b");
  }

  @Test
  void aSingleFileBesideShardsIsRefused() {
    weights("model.safetensors", "a");
    weights(SHARD, "a");
    isRefused("holds " + SHARD + ", but model.safetensors is there");
  }

  @Test
  void aShardThatTheIndexDoesNotNameIsRefused() throws IOException {
    weights(SHARD, "a");
    weights("model-00003-of-00003.safetensors", "a");
    index(SHARD, "a");
    isRefused("holds model-00003-of-00003.safetensors, but", "does not name it");
  }

  @Test
  void filesThatNoToolTakesForTheModelAreLeftAlone() {
    weights("model.safetensors", "a");
    weights("consolidated.safetensors", "b");
    isRead("a");
  }

  @Test
  void shardsWithoutAnIndexAreToldWhatTheyLack() {
    weights(SHARD, "a");
    isRefused("holds " + SHARD + ", but no model.safetensors.index.json", "download that, too");
  }

  @Test
  void aTensorThatTheIndexForgetsIsToldToLieInItsShard() throws IOException {
    weights(SHARD, "a", "b");
    index(SHARD, "a");
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(directory)) {
      assertThatThrownBy(() -> checkpoint.require("b", List.of(1L)))
          .hasMessage(
              "%s: the model needs tensor 'b', which model.safetensors.index.json does not list;"
                  + " download the index again",
              directory.resolve(SHARD));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "adapter_config.json, an adapter (adapter_config.json), merge it",
    "adapter_model.safetensors, an adapter (adapter_model.safetensors), merge it",
    "adapter_model.bin, an adapter (adapter_model.bin), merge it",
    "pytorch_model.bin, PyTorch .bin weights only (pytorch_model.bin), as safetensors",
    "pytorch_model-00001-of-00002.bin, PyTorch .bin weights only, as safetensors",
    "pytorch_model.bin.index.json, PyTorch .bin weights only, as safetensors",
    "consolidated.00.pth, in their publisher's own form (consolidated.00.pth), convert it",
    "consolidated.safetensors, in their publisher's own form, convert it",
    "weights.pt, pickled weights only (weights.pt), can run code",
    "llama.gguf, weights in GGUF only (llama.gguf), give that file",
    "tf_model.h5, weights of another library only (tf_model.h5), as safetensors",
    "weights.safetensors, 'weights.safetensors, but neither model.safetensors', name the",
    "optimizer.pt, neither model.safetensors nor, expected a Hugging Face model",
  })
  void otherWeightsAreToldWhatToDo(String file, String what, String remedy) throws IOException {
    Files.writeString(directory.resolve(file), "x");
    isRefused(what, remedy);
  }

  @ParameterizedTest
  @CsvSource({
    "'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 77\n', is a Git LFS pointer",
    "GGUF\u0003\u0000\u0000\u0000, is a GGUF file",
    "'PK\u0003\u0004', is a ZIP file",
    "<!doctype html>, is a web page",
  })
  void somethingElseUnderTheNameOfAModelIsToldWhatItIs(String content, String what)
      throws IOException {
    Files.writeString(directory.resolve("model.safetensors"), content);
    isRefused(what);
  }
}
