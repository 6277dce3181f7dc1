package io.github.nonplus.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.perplexity.GgufGolden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Counts in metadata that the file's tensors do not explain are refused before anything is made of
/// them.
@Timeout(20)
class GgufCountsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "mixtral.f32, llama.expert_count, 65535, ffn_gate_inp.weight has 6 rows",
    "mixtral.f32, llama.block_count, 9999, there is no tensor of the last layer",
    "deepseek-v3.f32, deepseek2.attention.head_count, 60000, are not the 96 rows",
    "deepseek-v3.f32, deepseek2.expert_count, 60000, has 8 rows",
    "jamba.f32, jamba.expert_count, 65535, has 4 rows",
    "granitemoehybrid.f32, granitehybrid.expert_count, 65535, has 6 rows",
    "nemotron-h-moe.f32, nemotron_h_moe.expert_count, 65535, has 6 rows",
    "granitemoehybrid.f32, blk.0.ssm_norm.weight, 44, 'is 96 x 1, and what it is made of 88 x 1'",
    "mamba.f32, mamba.ssm.inner_size, 16777215, is no multiple of embedding_length"
  })
  void aCountThatTensorsDoNotExplainIsRefused(String name, String key, int count, String words)
      throws IOException {
    Path file = directory.resolve("model.gguf");
    Files.write(
        file, with(Files.readAllBytes(GgufGolden.named("small/" + name).model()), key, count));
    assertThatThrownBy(() -> ModelDirectory.open(file))
        .isInstanceOf(NonplusException.class)
        .hasMessageContaining(words);
  }

  /// Four bytes replaced: a value, after its key and its type, or of a tensor's first dimension.
  private static byte[] with(byte[] file, String key, int count) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    int at = text.indexOf(key) + key.length() + Integer.BYTES;
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(at, count);
    return file;
  }
}
