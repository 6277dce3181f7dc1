package io.github.nonplus.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.model.interpretation.Wanted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Activations that a checkpoint asks for and nobody computes, or that it leaves open.
class ActivationRefusalTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Wanted STORED = Wanted.DEFAULT.with(Activations.AS_STORED);

  @TempDir Path directory;

  private void isRefused(String name, Consumer<ObjectNode> change, String... words)
      throws IOException {
    Path golden = ActivationGolden.named(name).directory();
    ObjectNode config = (ObjectNode) JSON.readTree(golden.resolve("config.json").toFile());
    change.accept((ObjectNode) config.get("quantization_config"));
    Files.write(directory.resolve("config.json"), JSON.writeValueAsBytes(config));
    Files.copy(
        golden.resolve("model.safetensors"),
        directory.resolve("model.safetensors"),
        REPLACE_EXISTING);
    assertThat(ModelDirectory.open(directory).quantization()).endsWith("activations float32");
    assertThatThrownBy(() -> ModelDirectory.open(directory, STORED))
        .isInstanceOf(NonplusException.class)
        .hasMessageContainingAll(words)
        .hasMessageEndingWith("leave --activations as-stored out");
  }

  private static ObjectNode inputs(ObjectNode declared) {
    return (ObjectNode) declared.at("/config_groups/group_0/input_activations");
  }

  @Test
  void aScaleForABatchDependsOnWhatElseIsInIt() throws IOException {
    isRefused(
        "int8-token.llama",
        declared -> inputs(declared).put("strategy", "tensor"),
        "_proj' has inputs with a scale for all tokens of a batch, which depends on what else is in it");
  }

  @Test
  void keysAndValuesAreNotRounded() throws IOException {
    isRefused(
        "int8-token.llama",
        declared -> declared.putObject("kv_cache_scheme").put("type", "float").put("num_bits", 8),
        "asks for keys and values as float8, a scale for each tensor, stored, which is not computed");
  }

  @Test
  void outputsAreNotRounded() throws IOException {
    isRefused(
        "int8-token.llama",
        declared ->
            ((ObjectNode) declared.at("/config_groups/group_0"))
                .putObject("output_activations")
                .put("type", "int")
                .put("num_bits", 8),
        "asks for outputs as int8, a scale for each tensor, stored, which is not computed");
  }

  @Test
  void codesAndScalesThatNobodyKnows() throws IOException {
    isRefused(
        "int8-token.llama",
        declared -> inputs(declared).put("num_bits", 16),
        "codes of type int and 16 bits");
    isRefused(
        "int8-token.llama",
        declared -> inputs(declared).put("strategy", "attn_head"),
        "a scale for each attn_head");
    isRefused(
        "int8-token.llama",
        declared -> inputs(declared).put("scale_dtype", "torch.float8_e4m3fn"),
        "scales in float8_e4m3fn");
    isRefused(
        "nvfp4.llama",
        declared -> inputs(declared).put("dynamic", false),
        "float4, a scale for each 16 of a token, stored");
  }

  @Test
  void groupsThatDoNotDivideTheInputs() throws IOException {
    isRefused(
        "fp8-block.llama",
        declared -> inputs(declared).put("group_size", 24),
        "a scale for each 24 inputs, of which ",
        "has 32, no whole number of groups");
  }

  @Test
  void aScaleThatIsNotStored() throws IOException {
    isRefusedWithout("fp8-tensor.llama", "q_proj.input_scale");
    isRefusedWithout("nvfp4.llama", "q_proj.input_global_scale");
  }

  private void isRefusedWithout(String name, String part) throws IOException {
    Path golden = ActivationGolden.named(name).directory();
    byte[] whole = Files.readAllBytes(golden.resolve("model.safetensors"));
    String text = new String(whole, ISO_8859_1).replace(part, part.replace("input", "other"));
    Files.write(directory.resolve("model.safetensors"), text.getBytes(ISO_8859_1));
    Files.copy(golden.resolve("config.json"), directory.resolve("config.json"), REPLACE_EXISTING);
    assertThatThrownBy(() -> ModelDirectory.open(directory, STORED))
        .isInstanceOf(NonplusException.class)
        .hasMessageContaining(part.replace("input", "other"));
  }

  @Test
  void whoDoesNotAskGetsNone() throws IOException {
    Path plain = Path.of("../examples/novella-6m");
    assertThatThrownBy(() -> ModelDirectory.open(plain, STORED))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("is no quantized Hugging Face checkpoint", "--activations");
    Path gptq = StoredGolden.named("gptq-3bit-g32-asym-act.qwen3").directory();
    assertThatThrownBy(() -> HuggingFaceDirectory.read(gptq, STORED))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("(gptq-3bit-g32) does not ask for rounded activations");
  }
}
