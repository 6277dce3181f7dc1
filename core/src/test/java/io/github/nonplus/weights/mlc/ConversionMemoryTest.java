package io.github.nonplus.weights.mlc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.model.mlc.StoredParameter.Role;
import io.github.nonplus.quantization.Quantization;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A conversion holds one parameter and one shard, neither of them on the heap.
class ConversionMemoryTest {
  private static final int MATRICES = 32;
  private static final int ROWS = 1024;
  private static final int COLUMNS = 1024;

  @TempDir Path directory;

  /// What the other Java process runs: `arguments` are source and output.
  public static void main(String[] arguments) {
    List<StoredParameter> parameters = new ArrayList<>();
    for (int i = 0; i < MATRICES; i++) {
      String name = "m%d.weight".formatted(i);
      parameters.add(new StoredParameter(name, List.of(ROWS, COLUMNS), name, Role.LINEAR));
    }
    var modelConfig =
        JsonNodeFactory.instance
            .objectNode()
            .put("vocab_size", ROWS)
            .put("prefill_chunk_size", 1)
            .put("tensor_parallel_shards", 1);
    MlcConversion.convert(
        Path.of(arguments[0]),
        parameters,
        new ChatConfig("llama", modelConfig, "LM"),
        MlcConversion.Options.upstream(Quantization.named("q4f16_0")),
        Path.of(arguments[1]),
        (_, _, _) -> {});
  }

  /// Matrices of zeros in a file that takes no space on most file systems.
  private Path writeCheckpoint() throws IOException {
    long bytes = 2L * ROWS * COLUMNS;
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < MATRICES; i++) {
      header.append(
          "%s\"m%d.weight\":{\"dtype\":\"F16\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}"
              .formatted(i == 0 ? "" : ",", i, ROWS, COLUMNS, i * bytes, (i + 1) * bytes));
    }
    byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(text.length);
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.writeString(source.resolve("config.json"), "{}");
    try (var file = new RandomAccessFile(source.resolve("model.safetensors").toFile(), "rw")) {
      file.write(length.array());
      file.write(text);
      file.setLength(8 + text.length + MATRICES * bytes);
    }
    return source;
  }

  @Test
  void aModelFourTimesTheHeapIsConverted() throws Exception {
    Path source = writeCheckpoint();
    Path output = directory.resolve("output");
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx16m",
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty("java.class.path"),
                ConversionMemoryTest.class.getName(),
                source.toString(),
                output.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).as(() -> read(log)).isZero();
    assertThat(Files.size(source.resolve("model.safetensors"))).isGreaterThan(64L << 20);
    assertThat(MlcSummary.read(output).tensors()).isEqualTo(2 * MATRICES);
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException failure) {
      return failure.toString();
    }
  }
}
