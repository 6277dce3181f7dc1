package io.github.nonplus.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checkpoints as they are found: what is said beside the configuration, what only some of their
/// matrices are, what they hold too much.
class QuantizedCheckpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GPTQ = "gptq-3bit-g32-asym-act.qwen3";

  @TempDir Path directory;

  private ObjectNode copy(String name) throws IOException {
    Path golden = StoredGolden.named(name).directory();
    Files.copy(golden.resolve("model.safetensors"), directory.resolve("model.safetensors"));
    return (ObjectNode) JSON.readTree(golden.resolve("config.json").toFile());
  }

  private void configure(ObjectNode config) throws IOException {
    Files.write(directory.resolve("config.json"), JSON.writeValueAsBytes(config));
  }

  private void isRefused(ObjectNode config, String... words) throws IOException {
    configure(config);
    assertThatThrownBy(
            () -> {
              try (ModelWeights weights = ModelDirectory.open(directory).openWeights()) {
                weights.matrix("model.layers.0.self_attn.v_proj.weight", 128, 128);
              }
            })
        .isInstanceOf(NonplusException.class)
        .hasMessageContainingAll(words);
  }

  /// Rewrites the header, and adds numbers behind the last tensor.
  private void header(Consumer<ObjectNode> change, byte[] more) throws IOException {
    Path file = directory.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    ObjectNode header = (ObjectNode) JSON.readTree(whole, 8, length);
    change.accept(header);
    byte[] json = JSON.writeValueAsBytes(header);
    int data = whole.length - 8 - length;
    ByteBuffer out = ByteBuffer.allocate(8 + json.length + data + more.length);
    out.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    out.put(whole, 8 + length, data).put(more);
    Files.write(file, out.array());
  }

  private void add(String name, String type, String shape, byte[] data) throws IOException {
    long end = Files.size(directory.resolve("model.safetensors")) - 8 - headerLength();
    header(
        header -> {
          ObjectNode tensor = header.putObject(name).put("dtype", type);
          for (String dimension : shape.split(" ")) {
            tensor.withArray("shape").add(Integer.parseInt(dimension));
          }
          tensor.putArray("data_offsets").add(end).add(end + data.length);
        },
        data);
  }

  private long headerLength() throws IOException {
    byte[] whole = Files.readAllBytes(directory.resolve("model.safetensors"));
    return ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  @Test
  void anOlderToolsFileBesideTheConfigurationIsRead() throws IOException {
    ObjectNode config = copy(GPTQ);
    ObjectNode declared = (ObjectNode) config.remove("quantization_config");
    declared.remove("quant_method");
    configure(config);
    assertThatThrownBy(() -> ModelDirectory.open(directory))
        .hasMessageContaining("nothing says how its weights are quantized");
    Files.write(directory.resolve("quantize_config.json"), JSON.writeValueAsBytes(declared));
    assertThat(ModelDirectory.open(directory).quantization()).isEqualTo("gptq-3bit-g32");
  }

  @ParameterizedTest
  @CsvSource({
    "bnb-nf4-double.qwen3, bitsandbytes",
    "hqq-1bit-g32.qwen3, hqq",
    "mlx-4bit-g32.qwen3-moe, mlx",
    "ct-w4a16-g32-asym.qwen3, compressed-tensors"
  })
  void tensorsAloneSayHowTheyAreStored(String name, String storage) throws IOException {
    ObjectNode config = copy(name);
    config.remove(Storages.KEYS);
    configure(config);
    ModelDirectory model = ModelDirectory.open(directory);
    assertThat(model.quantization()).isEqualTo(storage);
    try (ModelWeights weights = model.openWeights()) {
      String module = "model.layers.0.self_attn.v_proj";
      int[] shape = StoredGolden.named(name).shape(module);
      assertThat(weights.matrix(module + ".weight", shape[0], shape[1]).rows()).isEqualTo(shape[0]);
    }
  }

  @Test
  void aBiasOfZerosThatTheModelDoesNotHaveIsPassedOver() throws IOException {
    configure(copy(GPTQ));
    add("model.layers.0.self_attn.v_proj.bias", "F16", "128", new byte[256]);
    try (ModelWeights weights = ModelDirectory.open(directory).openWeights()) {
      assertThat(weights.contains("model.layers.0.self_attn.v_proj.weight")).isTrue();
    }
    byte[] bias = new byte[256];
    bias[101] = 1;
    add("model.layers.0.self_attn.o_proj.bias", "F16", "128", bias);
    isRefused(copyConfig(GPTQ), "model.layers.0.self_attn.o_proj.bias");
  }

  private static ObjectNode copyConfig(String name) throws IOException {
    Path golden = StoredGolden.named(name).directory();
    return (ObjectNode) JSON.readTree(golden.resolve("config.json").toFile());
  }

  @Test
  void aGroupThatIsNotThereIsASentence() throws IOException {
    ObjectNode config = copy(GPTQ);
    Path file = directory.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int from =
        JSON.readTree(whole, 8, length)
            .path("model.layers.0.self_attn.v_proj.g_idx")
            .path("data_offsets")
            .path(0)
            .asInt();
    whole[8 + length + from + 3] = (byte) 0x80;
    Files.write(file, whole);
    isRefused(config, "v_proj", "g_idx puts input 0 in group -21474836", "but there are 4 groups");
  }

  @Test
  void whatIsSaidMustFitWhatIsStored() throws IOException {
    ObjectNode config = copy(GPTQ);
    ObjectNode declared = (ObjectNode) config.get("quantization_config");
    declared.put("bits", 4);
    isRefused(config, "v_proj.qweight", "[12, 128]", "[16, 128] for 128 x 128 weights of 4 bits");
    declared.put("bits", 3).put("group_size", 64);
    isRefused(config, "v_proj.scales", "[4, 128]", "[2, 128]");
    declared.put("group_size", 32).put("checkpoint_format", "marlin");
    isRefused(config, "checkpoint_format is \"marlin\", which is not read");
    declared.put("checkpoint_format", "gptq").put("quant_method", "exl3");
    isRefused(config, "quant_method is 'exl3', which is not read; this build reads ");
  }

  @Test
  void whatIsQuantizedIsNotQuantizedAgain() throws IOException {
    configure(copy(GPTQ));
    HuggingFaceDirectory model = HuggingFaceDirectory.read(directory);
    assertThatThrownBy(() -> model.requireUnquantized(Quantization.named("q4f16_1")))
        .hasMessage(
            "%s is quantized already (gptq-3bit-g32), and q4f16_1 of that would be quantized twice; give the original one",
            directory);
    assertThat(model.notices()).isEmpty();
  }

  @Test
  void aLibrarysRoundingIsAWayOfReadingThatItsNameSays() throws IOException {
    configure(copy(GPTQ));
    Wanted wanted = Wanted.DEFAULT.with(Decoding.AS_LIBRARY);
    ModelDirectory model = ModelDirectory.open(directory, wanted);
    assertThat(model.quantization()).isEqualTo("gptq-3bit-g32 as-library");
    assertThat(Decoding.of(model.quantization())).isEqualTo(Decoding.AS_LIBRARY);
    Path plain = Path.of("../examples/novella-6m");
    assertThatThrownBy(() -> ModelDirectory.open(plain, wanted))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("novella-6m is no quantized Hugging Face checkpoint");
  }

  @Test
  void whatIsAskedForBesideTheWeightsIsSaid() throws IOException {
    ObjectNode config = copy("ct-w4a16-g32-asym.qwen3");
    ((ObjectNode) config.at("/quantization_config/config_groups/group_0"))
        .putObject("input_activations")
        .put("type", "int")
        .put("num_bits", 8)
        .put("strategy", "token")
        .put("dynamic", true);
    configure(config);
    assertThat(ModelDirectory.open(directory).quantization())
        .isEqualTo("compressed-tensors-pack-quantized, activations float32");
    assertThat(ModelDirectory.open(directory).notices())
        .isEqualTo(
            List.of(
                "The checkpoint asks for activations as int8, a scale for each token; activations are float32 here, only its weights are as stored."));
  }
}
