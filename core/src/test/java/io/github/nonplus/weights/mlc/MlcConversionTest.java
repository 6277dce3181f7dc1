package io.github.nonplus.weights.mlc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.model.mlc.StoredParameter.Role;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.safetensors.SafetensorsBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small models written on the spot: what is refused, what is warned of, and what stays behind.
class MlcConversionTest {
  @TempDir Path directory;
  private Path source;
  private Path output;
  private final List<StoredParameter> parameters = new ArrayList<>();

  @BeforeEach
  void prepare() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    output = directory.resolve("output");
    Files.writeString(source.resolve("config.json"), "{}");
    parameters.add(
        new StoredParameter(
            "ab.weight",
            List.of(3, 2),
            List.of("a.weight", "b.weight"),
            List.of(1, 2),
            Role.LINEAR));
    parameters.add(new StoredParameter("n.weight", List.of(2), "n.weight", Role.PLAIN));
  }

  private static SafetensorsBytes tensors() {
    return new SafetensorsBytes()
        .float32("a.weight", List.of(1, 2), 1, 2)
        .float32("b.weight", List.of(2, 2), 3, 4, 5, 6)
        .float32("n.weight", List.of(2), 7, 8);
  }

  private ChatConfig chat(String template) {
    return new ChatConfig(
        "llama",
        JsonNodeFactory.instance
            .objectNode()
            .put("vocab_size", 3)
            .put("prefill_chunk_size", 4)
            .put("tensor_parallel_shards", 1),
        template);
  }

  private MlcConversion.Result convert(String scheme) {
    return MlcConversion.convert(
        source,
        parameters,
        chat("LM"),
        MlcConversion.Options.upstream(Quantization.named(scheme)),
        output,
        (_, _, _) -> {});
  }

  private void isRefused(String scheme, String... words) {
    assertThatThrownBy(() -> convert(scheme))
        .isInstanceOf(NonplusException.class)
        .hasMessageContainingAll(words);
    assertThat(directory).isDirectoryNotContaining(file -> !file.equals(source));
  }

  private void single(SafetensorsBytes tensors) {
    tensors.write(source.resolve("model.safetensors"));
  }

  @Test
  void progressNamesEveryParameterInTheOrderOfTheCheckpoint() {
    single(
        new SafetensorsBytes()
            .float32("n.weight", List.of(2), 7, 8)
            .float32("b.weight", List.of(2, 2), 3, 4, 5, 6)
            .float32("a.weight", List.of(1, 2), 1, 2));
    List<String> heard = new ArrayList<>();
    MlcConversion.convert(
        source,
        parameters,
        chat("LM"),
        MlcConversion.Options.upstream(Quantization.named("q0f16")),
        output,
        (number, of, name) -> heard.add(number + "/" + of + " " + name));
    assertThat(heard).containsExactly("1/2 n.weight", "2/2 ab.weight");
  }

  private List<String> roundings(String scheme) {
    return convert(scheme).warnings().stream().filter(each -> each.contains("keeps")).toList();
  }

  @Test
  void weightsThatAnUnquantizedSchemeRoundsAreCounted() {
    single(
        new SafetensorsBytes()
            .float32("a.weight", List.of(1, 2), 1, 1.0001f)
            .float32("b.weight", List.of(2, 2), 3, 4, 5, 1e-7f)
            .bits16("n.weight", "BF16", List.of(2), 0x3F80, 0x3F81));
    assertThat(roundings("q0f32"))
        .containsExactly(
            "q0f32 keeps weights as bfloat16, as MLC stores float32: 2 of 8 were rounded, the first"
                + " in tensor 'a.weight', so losses differ from the checkpoint's");
    assertThat(roundings("q0f16"))
        .containsExactly(
            "q0f16 keeps weights as float16: 2 of 8 were rounded, the first in tensor 'a.weight', so"
                + " losses differ from the checkpoint's");
  }

  @Test
  void weightsThatAreKeptAsTheyAreNeedNoWord() {
    single(tensors());
    assertThat(roundings("q0f32")).isEmpty();
    assertThat(roundings("q0f16")).isEmpty();
  }

  @Test
  void aMissingTensorIsRefused() {
    single(new SafetensorsBytes().float32("n.weight", List.of(2), 7, 8));
    isRefused("q0f16", source.toString(), "'a.weight'");
  }

  @Test
  void aWrongShapeIsRefusedEvenIfTheSumFits() {
    single(
        new SafetensorsBytes()
            .float32("a.weight", List.of(2, 2), 1, 2, 3, 4)
            .float32("b.weight", List.of(1, 2), 5, 6)
            .float32("n.weight", List.of(2), 7, 8));
    isRefused("q0f16", "model.safetensors", "'a.weight'", "[2, 2]", "[1, 2]");
  }

  @Test
  void aNanIsRefusedWithItsPlace() {
    single(
        new SafetensorsBytes()
            .float32("a.weight", List.of(1, 2), 1, 2)
            .float32("b.weight", List.of(2, 2), 3, 4, 5, Float.NaN)
            .float32("n.weight", List.of(2), 7, 8));
    isRefused("q4f16_1", "model.safetensors", "'b.weight'", "NaN", "[1, 1]", "damaged");
  }

  @Test
  void aNumberBeyondTheModelTypeIsRefusedWithItsPlace() {
    single(
        new SafetensorsBytes()
            .float32("a.weight", List.of(1, 2), 65519, -65520)
            .float32("b.weight", List.of(2, 2), 3, 4, 5, 6)
            .float32("n.weight", List.of(2), 7, 8));
    isRefused("q4f16_1", "'a.weight'", "-65520.0", "[0, 1]", "use a quantization with float32");
    assertThat(convert("q4f32_1").warnings()).hasSize(1);
  }

  @Test
  void whatIsNotPartOfTheModelIsWarnedOfUnlessItIsKnownToBeIdle() {
    single(
        tensors()
            .float32("extra.weight", List.of(1), 9)
            .float32("layers.0.rotary_emb.inv_freq", List.of(1), 9));
    assertThat(convert("q4f16_0").warnings())
        .hasSize(2)
        .anyMatch(warning -> warning.contains("no tokenizer.json"))
        .anyMatch(warning -> warning.contains("'extra.weight' is not part of the model"));
  }

  @Test
  void everythingLoadedCountsButRotaryFrequencies() throws IOException {
    single(
        tensors()
            .float32("extra.weight", List.of(1), 9)
            .float32("layers.0.rotary_emb.inv_freq", List.of(5), 9, 9, 9, 9, 9));
    // 8 float16 numbers, 9 parameters.
    assertThat(convert("q0f16").summary().bitsPerParameter()).hasValue(16.0 * 8 / 9);
  }

  @Test
  void aFileThatMlcLoadsTwiceCountsTwice() throws IOException {
    new SafetensorsBytes()
        .float32("n.weight", List.of(2), 7, 8)
        .float32("b.weight", List.of(2, 2), 3, 4, 5, 6)
        .write(source.resolve("one.safetensors"));
    new SafetensorsBytes().float32("x", List.of(1), 1).write(source.resolve("two.safetensors"));
    new SafetensorsBytes()
        .float32("a.weight", List.of(1, 2), 1, 2)
        .float32("y", List.of(1), 1)
        .write(source.resolve("three.safetensors"));
    Files.writeString(
        source.resolve("model.safetensors.index.json"),
        """
        {"weight_map":{"n.weight":"one.safetensors","x":"two.safetensors",
        "a.weight":"three.safetensors","b.weight":"one.safetensors","y":"three.safetensors"}}
        """);
    parameters.add(new StoredParameter("x", List.of(1), "x", Role.PLAIN));
    parameters.add(new StoredParameter("y", List.of(1), "y", Role.PLAIN));
    // One (6 numbers) for n, three (3) beside it for ab, two (1) for x, and three again for y.
    assertThat(convert("q0f16").summary().bitsPerParameter()).hasValue(16.0 * 10 / (6 + 3 + 1 + 3));
  }

  @Test
  void anUnknownConversationTemplateIsRefused() {
    single(tensors());
    assertThatThrownBy(
            () ->
                MlcConversion.convert(
                    source,
                    parameters,
                    chat("chatml9"),
                    MlcConversion.Options.upstream(Quantization.named("q0f16")),
                    output,
                    (_, _, _) -> {}))
        .hasMessageContainingAll("'chatml9'", "LM, llama-2");
    assertThat(output).doesNotExist();
  }

  @Test
  void aModelWithoutConfigurationIsRefused() throws IOException {
    single(tensors());
    Files.delete(source.resolve("config.json"));
    isRefused("q0f16", "config.json is missing");
  }

  @Test
  void aTokenizerThatAddsATokenTwiceIsRefused() throws IOException {
    single(tensors());
    Files.writeString(
        source.resolve("tokenizer.json"),
        "{\"added_tokens\":[{\"content\":\"<s>\"},{\"content\":\"<s>\"}]}");
    isRefused("q0f16", "tokenizer.json", "<s>", "twice");
  }

  @Test
  void theDirectoryOfTheModelItselfIsNotReplaced() {
    single(tensors());
    assertThatThrownBy(
            () ->
                MlcConversion.convert(
                    source,
                    parameters,
                    chat("LM"),
                    MlcConversion.Options.upstream(Quantization.named("q0f16")),
                    source,
                    (_, _, _) -> {}))
        .isInstanceOf(OutputException.class);
    assertThat(source.resolve("model.safetensors")).exists();
  }

  @Test
  void anOutputThatCannotBeWrittenIsRefused() throws IOException {
    single(tensors());
    output = Files.writeString(directory.resolve("file"), "text").resolve("output");
    assertThatThrownBy(() -> convert("q0f16"))
        .isInstanceOf(OutputException.class)
        .isNotInstanceOf(WeightsException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void aFullDiskLeavesNothingBehind() {
    single(tensors());
    assertThatThrownBy(
            () ->
                MlcConversion.convert(
                    source,
                    parameters,
                    chat("LM"),
                    MlcConversion.Options.upstream(Quantization.named("q0f16")),
                    output,
                    (_, _, _) -> {},
                    file -> {
                      Files.writeString(file, "half a shard");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(OutputException.class)
        .hasMessageContainingAll(output.toString(), "No space left on device");
    assertThat(directory).isDirectoryNotContaining(file -> !file.equals(source));
  }

  @Test
  void aConversionReplacesAnEarlierOne() {
    single(tensors());
    convert("q0f16");
    convert("q4f16_0");
    assertThat(MlcSummary.read(output).quantization()).isEqualTo("q4f16_0");
  }
}
