package io.github.nonplus.weights.mlc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.files.Digest;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What damaged or malicious weight directories are told. All start from one that MLC wrote.
class HostileMlcDirectoryTest {
  @TempDir Path directory;
  private List<StoredParameter> parameters = LlamaParameters.TINY.list();

  @BeforeEach
  void copy() throws IOException {
    try (Stream<Path> files = Files.list(Goldens.path("tiny-q4f16_0"))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName().toString()));
      }
    }
  }

  private void isRefused(String... words) {
    assertThatThrownBy(() -> MlcWeights.open(directory, parameters).close())
        .isInstanceOf(NonplusException.class)
        .hasMessageContainingAll(words);
  }

  private void editIndex(String regex, String replacement) throws IOException {
    edit("tensor-cache.json", regex, replacement);
  }

  private void edit(String name, String regex, String replacement) throws IOException {
    Path file = directory.resolve(name);
    String text = Files.readString(file);
    String edited = text.replaceFirst(regex, replacement);
    if (edited.equals(text)) {
      throw new IllegalArgumentException(regex + " does not occur");
    }
    Files.writeString(file, edited);
  }

  private Path shard() {
    return directory.resolve("params_shard_0.bin");
  }

  @Test
  void aShardOfTheWrongLengthIsRefused() throws IOException {
    Files.write(shard(), Arrays.copyOf(Files.readAllBytes(shard()), 41535));
    isRefused(directory.toString(), "params_shard_0.bin", "41535", "41536");
  }

  @Test
  void aShardWithAnotherMd5IsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(shard());
    bytes[20_000] ^= 1;
    Files.write(shard(), bytes);
    isRefused("params_shard_0.bin", "MD5", Digest.md5().add(bytes).hex());
  }

  @Test
  void aMissingShardIsRefused() throws IOException {
    Files.delete(shard());
    isRefused("params_shard_0.bin", "missing");
  }

  @Test
  void aScaleThatIsNoNumberIsRefusedWhenItsMatrixIsAskedFor() throws IOException {
    byte[] bytes = Files.readAllBytes(shard());
    // The first tensor is the embedding: 96 x 8 words, then 96 x 2 scales.
    int at = 96 * 8 * 4 + 2 * (5 * 2 + 1);
    bytes[at] = 0x01;
    bytes[at + 1] = 0x7E;
    Files.write(shard(), bytes);
    editIndex("\"md5sum\": \"[0-9a-f]+\"", "\"md5sum\": \"" + Digest.md5().add(bytes).hex() + "\"");
    try (ModelWeights weights = MlcWeights.open(directory, parameters)) {
      assertThatThrownBy(() -> weights.matrix("model.embed_tokens.weight", 96, 64))
          .hasMessageContainingAll("model.embed_tokens.weight", "no finite number", "[5, 32]");
    }
  }

  @Test
  void aMissingTensorIsRefused() throws IOException {
    editIndex("model.norm.weight", "model.form.weight");
    isRefused("has no tensor 'model.norm.weight'", "q4f16_0");
  }

  @Test
  void aTensorOfAnotherModelIsRefused() {
    parameters = parameters.subList(1, parameters.size());
    isRefused("'model.embed_tokens.q_scale' is not part of the model");
  }

  @Test
  void aWrongShapeIsRefusedWithBoth() throws IOException {
    editIndex("96,\\s+8\\s", "8,\n96\n");
    isRefused("'model.embed_tokens.q_weight'", "[8, 96]", "[96, 8]");
  }

  @Test
  void aWrongTypeIsRefused() throws IOException {
    editIndex("\"dtype\": \"float16\"", "\"dtype\": \"bfloat16\"");
    isRefused("'model.embed_tokens.q_scale'", "bfloat16", "float16");
  }

  @Test
  void askingForAnotherShapeIsRefused() {
    try (ModelWeights weights = MlcWeights.open(directory, parameters)) {
      String name = "model.layers.0.self_attn.k_proj.weight";
      assertThatThrownBy(() -> weights.matrix(name, 64, 64))
          .hasMessageContainingAll(name, "has 32 rows", "expected 64");
      assertThatThrownBy(() -> weights.vector(name, 32)).hasMessageContaining(name);
      assertThatThrownBy(() -> weights.vector("bias", 32)).hasMessageContaining("'bias'");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../params_shard_0.bin", "/etc/passwd", "a/b.bin", "..", "", "a\\\\\\\\b"})
  void aShardNameThatLeavesTheDirectoryIsRefused(String name) throws IOException {
    editIndex("params_shard_0.bin", name);
    isRefused("tensor-cache.json", "file beside it");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"byteOffset\": 3072', '\"byteOffset\": 3070'", // over the tensor before
    "'\"byteOffset\": 3072', '\"byteOffset\": 9223372036854775807'",
    "'\"byteOffset\": 3072', '\"byteOffset\": -1'",
    "'\"byteOffset\": 3072', '\"byteOffset\": 1e3'",
    "'\"byteOffset\": 3072', '\"byteOffset\": 99999999999999999999'",
    "'\"nbytes\": 384', '\"nbytes\": 386'", // more than its shape fills
    "'\"nbytes\": 384', '\"nbytes\": 9223372036854775807'",
    "'96,', '4611686018427387904,'",
    "'96,', '-96,'",
    "'96,', '\"96\",'",
    "'\"format\": \"f32-to-bf16\"', '\"format\": \"zip\"'",
    "'\"format\": \"raw-shard\"', '\"format\": \"zip\"'",
    "'\"dtype\": \"uint32\"', '\"dtype\": \"int4\"'",
    "'\"dtype\": \"uint32\"', '\"dtype\": null'",
    "'\"name\": \"model.norm.weight\"', '\"name\": \"model.embed_tokens.q_scale\"'",
    "'\"records\"', '\"tapes\"'",
    "'\\{', ''",
    "'\"metadata\"', '\"records\"'"
  })
  void anIndexThatContradictsItselfIsRefused(String regex, String replacement) throws IOException {
    editIndex(regex, replacement.replace("\\", "\\\\"));
    isRefused("tensor-cache.json");
  }

  @Test
  void preshardedDirectoriesAreRefused() throws IOException {
    editIndex("model.norm.weight", "model.norm.weight_shard-1");
    isRefused("model.norm.weight_shard-1", "split for several devices");
  }

  @Test
  void directoriesOfTheOldFlowAreRefused() throws IOException {
    editIndex("model.norm.weight", "param_0");
    isRefused("param_0", "before 2024");
  }

  @Test
  void aDirectoryWithoutConfigurationIsRefused() throws IOException {
    Files.delete(directory.resolve("mlc-chat-config.json"));
    isRefused("mlc-chat-config.json is missing");
  }

  @Test
  void anUnknownSchemeIsRefused() throws IOException {
    edit("mlc-chat-config.json", "\"q4f16_0\"", "\"q5f16_9\"");
    isRefused("q5f16_9", "q4f16_0");
  }

  @Test
  void aDirectoryWithoutIndexIsRefused() throws IOException {
    Files.delete(directory.resolve("tensor-cache.json"));
    isRefused(directory.toString(), "tensor-cache.json", "ndarray-cache.json");
  }
}
