package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Tensor;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.MlcConversion;
import io.github.nonplus.weights.safetensors.SafetensorsBytes;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tied model is the same model whatever name and type its one matrix is stored under.
class StoredNamesTest {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  @TempDir Path directory;
  private final Map<String, Tensor> tensors = new TreeMap<>();
  private SafetensorsCheckpoint source;
  private Path windows;
  private double[][] expected;

  @BeforeEach
  void readTheModel() throws IOException {
    Fixture fixture = Fixture.named("llama-tied-sharded");
    windows = fixture.write(directory);
    expected = TestRun.of(fixture.model(), windows).tokens();
    source = SafetensorsCheckpoint.open(fixture.model());
    source.names().forEach(name -> tensors.put(name, source.find(name).orElseThrow()));
    Files.createDirectory(model());
    Files.copy(fixture.model().resolve("config.json"), model().resolve("config.json"));
  }

  private Path model() {
    return directory.resolve("model");
  }

  private SafetensorsBytes bytes() {
    SafetensorsBytes bytes = new SafetensorsBytes();
    tensors.forEach(
        (name, tensor) ->
            bytes.raw(name, "BF16", shape(tensor), tensor.data().toArray(ValueLayout.JAVA_BYTE)));
    return bytes;
  }

  private static List<Integer> shape(Tensor tensor) {
    return tensor.shape().stream().map(Long::intValue).toList();
  }

  private float[] embedding() {
    Tensor tensor = tensors.get(EMBEDDING);
    float[] values = new float[(int) tensor.elements()];
    tensor.read(0, values.length, values, 0);
    return values;
  }

  private void isTheModel(SafetensorsBytes bytes) {
    bytes.write(model().resolve("model.safetensors"));
    assertThat(TestRun.of(model(), windows).tokens()).isDeepEqualTo(expected);
    HuggingFaceDirectory read = HuggingFaceDirectory.read(model());
    Path converted = directory.resolve("converted");
    try (SafetensorsCheckpoint checkpoint = read.openCheckpoint()) {
      MlcConversion.convert(
          checkpoint,
          MlcForms.named(read.model().modelType(), "").storedParameters(read.model()),
          new ChatConfig(
              "llama",
              MlcForms.named(read.model().modelType(), "").modelConfig(read.model()),
              "LM"),
          MlcConversion.Options.upstream(Quantization.named("q0f32")),
          converted,
          (_, _, _) -> {});
    }
    assertThat(TestRun.of(converted, windows).tokens()).isDeepEqualTo(expected);
  }

  @Test
  void aMatrixStoredAsTheHeadAloneIsTheEmbedding() {
    tensors.put(HEAD, tensors.remove(EMBEDDING));
    isTheModel(bytes());
  }

  @Test
  void namesWithoutThePrefixAreThoseOfTheModelWithoutItsHead() {
    for (String name : List.copyOf(tensors.keySet())) {
      tensors.put(name.substring("model.".length()), tensors.remove(name));
    }
    isTheModel(bytes());
  }

  @Test
  void aMatrixStoredAsTheHeadAmongNamesWithoutThePrefixIsTheEmbedding() {
    for (String name : List.copyOf(tensors.keySet())) {
      tensors.put(name.substring("model.".length()), tensors.remove(name));
    }
    tensors.put(HEAD, tensors.remove("embed_tokens.weight"));
    isTheModel(bytes());
  }

  @Test
  void aCopyInAnotherTypeIsOneIfItsNumbersAreThose() {
    isTheModel(bytes().float32(HEAD, shape(tensors.get(EMBEDDING)), embedding()));
  }

  @Test
  void aCopyInAnotherTypeThatDiffersInOneNumberIsNone() {
    float[] values = embedding();
    values[values.length - 1] = Math.nextUp(values[values.length - 1]);
    bytes()
        .float32(HEAD, shape(tensors.get(EMBEDDING)), values)
        .write(model().resolve("model.safetensors"));
    assertThatThrownBy(() -> ModelDirectory.open(model()).openWeights())
        .hasMessageContaining("'lm_head.weight' differs from 'model.embed_tokens.weight'");
  }

  @Test
  void oneNameWithoutThePrefixAmongOthersWithItIsNotTakenForAnother() {
    tensors.put("norm.weight", tensors.remove("model.norm.weight"));
    bytes().write(model().resolve("model.safetensors"));
    assertThatThrownBy(() -> ModelDirectory.open(model()).openWeights())
        .hasMessageContaining("holds the tensor 'norm.weight'");
  }

  @Test
  void anAdapterBesideTheModelIsRefused() throws IOException {
    bytes().write(model().resolve("model.safetensors"));
    Files.writeString(model().resolve("adapter_config.json"), "{}");
    assertThatThrownBy(() -> ModelDirectory.open(model()).openWeights())
        .hasMessageContaining("holds an adapter (adapter_config.json) beside the model");
  }
}
