package io.github.nonplus.weights.mlc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.files.Digest;
import io.github.nonplus.quantization.DType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sizes are those of MLC's shards divided by 2^20.
class ShardWriterTest {
  @TempDir Path directory;

  private List<String> pack(int... sizes) throws IOException {
    List<ShardRecord> shards;
    try (ShardWriter writer = new ShardWriter(directory, 32, Files::newOutputStream)) {
      for (int i = 0; i < sizes.length; i++) {
        byte[] bytes = new byte[sizes[i]];
        java.util.Arrays.fill(bytes, (byte) i);
        List<Long> shape = List.of(sizes[i] / 2L);
        writer.add("P" + i, shape, DType.FLOAT16, MemorySegment.ofArray(bytes));
      }
      shards = writer.finish();
    }
    List<String> result = new ArrayList<>();
    for (ShardRecord shard : shards) {
      byte[] file = Files.readAllBytes(directory.resolve(shard.file()));
      assertThat(file).hasSize((int) shard.bytes());
      List<String> tensors = new ArrayList<>();
      for (TensorRecord tensor : shard.tensors()) {
        tensors.add(tensor.name() + "@" + tensor.offset());
        assertThat("P" + file[(int) tensor.offset()]).isEqualTo(tensor.name());
      }
      result.add(String.join(" ", tensors));
    }
    return result;
  }

  @Test
  void aLargeTensorOvertakesSmallerOnes() throws IOException {
    assertThat(pack(20, 10, 5, 17, 40, 1)).containsExactly("P0@0 P1@20", "P4@0", "P2@0 P3@5 P5@22");
  }

  @Test
  void ofTwoHalfShardsTheSecondComesFirst() throws IOException {
    assertThat(pack(16, 16)).containsExactly("P1@0", "P0@0");
  }

  @Test
  void aShardOfSeveralTensorsStaysBelowTheCapacity() throws IOException {
    assertThat(pack(20, 10, 2)).containsExactly("P0@0 P1@20", "P2@0");
    assertThat(pack(20, 10, 1)).containsExactly("P0@0 P1@20 P2@30");
  }

  @Test
  void aTensorOfHalfAShardSharesOneIfItFits() throws IOException {
    assertThat(pack(2, 20)).containsExactly("P0@0 P1@2");
  }

  @Test
  void theWorkedExampleOfTheSpecificationIsReproduced() throws IOException {
    byte[] words =
        bytes(
            "83C71A50 72B6094D 61A5E83C 5E94D72B 4E82C60B 00000000 00000000 00000000"
                + " 3C72B509 2B61A4E8 1A5E93D7 094D82C6 E82C71B5 00000000 00000000 00000000");
    byte[] scales = bytes("26252725 266E2700");
    ByteBuffer norm = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    norm.putFloat(1).putFloat(0.1f).putFloat(-3.3f);
    List<ShardRecord> shards;
    try (ShardWriter writer =
        new ShardWriter(directory, ShardWriter.CAPACITY, Files::newOutputStream)) {
      writer.add("x.q_weight", List.of(2L, 8L), DType.UINT32, MemorySegment.ofArray(words));
      writer.add("x.q_scale", List.of(2L, 2L), DType.FLOAT16, MemorySegment.ofArray(scales));
      writer.add("n.weight", List.of(3L), DType.FLOAT32, MemorySegment.ofArray(norm.array()));
      shards = writer.finish();
    }
    assertThat(shards.getFirst().md5()).contains("992f2f787be1e72f97dbb2aad36d4fd8");
    assertThat(md5(IndexJson.print(shards, 83, Optional.empty())))
        .isEqualTo("64c05cd410dbe78e76812d94570c70e4");
    assertThat(md5(IndexJson.printAsBfloat16(shards, 83, Optional.empty())))
        .isEqualTo("d8f3535c3852b80daf2c93119e66de04");
  }

  private static byte[] bytes(String words) {
    String[] hex = words.split(" ");
    ByteBuffer bytes = ByteBuffer.allocate(4 * hex.length).order(ByteOrder.LITTLE_ENDIAN);
    for (String word : hex) {
      bytes.putInt(HexFormat.fromHexDigits(word));
    }
    return bytes.array();
  }

  private static String md5(String text) {
    return Digest.md5().add(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  @Test
  void aFullDiskIsAnInputOutputFailure() {
    ShardWriter.Opener full =
        file ->
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("No space left on device");
              }
            };
    try (ShardWriter writer = new ShardWriter(directory, 32, full)) {
      MemorySegment data = MemorySegment.ofArray(new byte[40]);
      assertThatThrownBy(() -> writer.add("w", List.of(20L), DType.FLOAT16, data))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("No space left on device");
    }
  }
}
