package io.github.nonplus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.management.ThreadMXBean;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.Documents;
import io.github.nonplus.corpus.JsonLines;
import io.github.nonplus.corpus.ParquetRows;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.journal.FinishedWindow;
import io.github.nonplus.journal.Journal;
import io.github.nonplus.journal.JournalHeader;
import io.github.nonplus.journal.JournalReader;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.perplexity.GgufGolden;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.RecordText;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.mlc.MlcSummary;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every reader meets 200 damaged files: each is read, or refused in one sentence; none takes
/// memory or time that its size does not explain. `-Dnonplus.fuzz.inputs=10000` gives each reader
/// as many as a release should, with `-Djunit.jupiter.execution.timeout.mode=disabled`, and
/// `-Dnonplus.fuzz.seed=N` begins elsewhere.
@Timeout(60)
class HostileInputTest {
  private static final int INPUTS = Integer.getInteger("nonplus.fuzz.inputs", 200);
  private static final int FIRST = Integer.getInteger("nonplus.fuzz.seed", 0);

  /// Far more than any of these files, of some hundred kilobytes, can explain.
  private static final long MOST_BYTES = 64L << 20;

  private static final Path RESOURCES = Path.of("src/test/resources/io/github/nonplus");

  @TempDir Path directory;

  /// Makes damage look whole, where a checksum would hide what is behind it.
  private interface Seal {
    byte[] of(byte[] damaged);
  }

  private void survives(Path file, int reach, Seal seal, Consumer<Path> reader) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int refused = 0;
    for (int seed = FIRST; seed < FIRST + INPUTS; seed++) {
      byte[] damaged = seal.of(new Mutation(seed).of(whole, reach));
      Files.write(file, damaged);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        reader.accept(file);
      } catch (NonplusException sentence) {
        refused++;
        assertThat(sentence.getMessage()).as("seed %d", seed).isNotBlank();
      } catch (Throwable failure) {
        throw new AssertionError("seed " + seed, failure);
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("bytes allocated for seed %d", seed)
          .isLessThan(MOST_BYTES);
    }
    assertThat(refused).as("files refused").isPositive();
  }

  private static byte[] asItIs(byte[] damaged) {
    return damaged;
  }

  @Test
  void windows() throws IOException {
    Path file = directory.resolve("windows");
    WindowsFile.write(
        file, Windows.of(new int[] {1, 20, 300}, new int[] {4000, 5}, new int[] {0, 0, 7}));
    survives(file, 100, HostileInputTest::asItIs, WindowsFile::read);
  }

  @Test
  void windowsOfProtocols() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("windows"),
            """
            #nonplus-windows {"version":1,"protocol":"own","window":4,"stride":2,"last_id_is_fed":true}
            #document {"name":"a.txt","words":12,"bytes":70}
            2:1 20 31 40
            1:7 0 9 4
            #document {"name":"b.txt","words":1,"bytes":7}
            3:1 20 31 40
            """);
    survives(file, 300, HostileInputTest::asItIs, each -> Protocols.of(WindowsFile.read(each)));
  }

  /// Whose names say nothing.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ufeffProse\r\nof two lines, ä € 😀\n",
        "{\"text\":\"one\"}\n{\"text\":\"two\",\"n\":[1,{}]}\n",
        "[{\"text\":\"one\"},{\"text\":\"two\"}]\n",
        "{\n\"text\":\"one\"\n}\n"
      })
  void texts(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("text"), text);
    survives(file, 200, HostileInputTest::asItIs, HostileInputTest::readText);
  }

  private static void readText(Path file) {
    Documents.RowText names = new Documents.RowText("text", "text");
    try (Documents documents =
        Documents.open(List.of(file), InputStream.nullInputStream(), names)) {
      for (Document document : documents.all()) {
        switch (document) {
          case Document.Plain plain -> plain.text().read(_ -> {});
          case Document.Wiki wiki -> wiki.file().read(_ -> {});
          case Document.Rows rows -> rows.rows().forEach(_ -> {});
        }
      }
    }
  }

  @Test
  void jsonLines() throws IOException {
    Path file = directory.resolve("rows.jsonl");
    Files.writeString(
        file, "{\"text\": \"one \\u00e9\", \"id\": 1}\n{\"id\": 2, \"text\": \"two\"}\n".repeat(3));
    survives(
        file,
        200,
        HostileInputTest::asItIs,
        each -> JsonLines.of(each, "rows", "text").forEach(_ -> {}));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "plain-2-gzip",
        "dictionary-2-snappy",
        "groups-pages-zstd-checksums",
        "delta-length",
        "delta-2-zstd",
        "dictionary-given-up",
        "lz4",
        "required",
        "empty-group-between",
        "no-rows",
        "structures"
      })
  void parquet(String kind) throws IOException {
    Path original = RESOURCES.resolve("corpus/parquet/" + kind + ".parquet");
    Path file = Files.copy(original, directory.resolve("rows.parquet"));
    survives(
        file,
        (int) Files.size(file),
        HostileInputTest::asItIs,
        each -> ParquetRows.of(each, "rows", "text").forEach(_ -> {}));
  }

  /// What the ends of a file would hide: damage of its metadata, or of its pages alone.
  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "dictionary-2-snappy", "groups-pages-zstd-checksums", "delta-2-zstd"})
  void parquetBehindItsEnds(String kind) throws IOException {
    byte[] whole = Files.readAllBytes(RESOURCES.resolve("corpus/parquet/" + kind + ".parquet"));
    int end = whole.length - 8;
    int begin = end - ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
    Consumer<Path> reader = each -> ParquetRows.of(each, "rows", "text").forEach(_ -> {});
    Path footer = Files.write(directory.resolve("footer"), Arrays.copyOfRange(whole, begin, end));
    byte[] pages = Arrays.copyOf(whole, begin);
    survives(footer, end - begin, damaged -> parquet(pages, damaged), reader);
    Path file = Files.write(directory.resolve("pages"), pages);
    byte[] metadata = Arrays.copyOfRange(whole, begin, end);
    survives(file, begin, damaged -> parquet(damaged, metadata), reader);
  }

  private static byte[] parquet(byte[] pages, byte[] footer) {
    return ByteBuffer.allocate(pages.length + footer.length + 8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(pages)
        .put(footer)
        .putInt(footer.length)
        .put("PAR1".getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  private Path journal() {
    Path file = directory.resolve("journal");
    JournalHeader header =
        new JournalHeader(
            4, Shard.WHOLE, Map.of("weights", "12ab"), JsonNodeFactory.instance.objectNode());
    try (Journal journal = Journal.open(file, header)) {
      journal.start(JsonNodeFactory.instance.objectNode().put("started", "now"));
      journal.add(
          0,
          0.5,
          List.of(
              new FinishedWindow(1, new double[] {1, 2.5}),
              new FinishedWindow(2, new double[] {3})));
      journal.add(2, 0.5, List.of(new FinishedWindow(1, new double[] {0.1})));
    }
    return file;
  }

  @Test
  void journals() throws IOException {
    survives(journal(), 1000, HostileInputTest::asItIs, JournalReader::read);
  }

  @Test
  void journalsWhoseChecksumsAreRight() throws IOException {
    survives(
        journal(),
        1000,
        damaged -> {
          StringBuilder text = new StringBuilder();
          for (String line : new String(damaged, StandardCharsets.ISO_8859_1).split("(?<=\n)")) {
            text.append(line.length() < 10 || line.startsWith("nonplus") ? line : resealed(line));
          }
          return text.toString().getBytes(StandardCharsets.ISO_8859_1);
        },
        JournalReader::read);
  }

  private static String resealed(String line) {
    String json = line.substring(9).stripTrailing();
    CRC32C crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.ISO_8859_1));
    return HexFormat.of().toHexDigits((int) crc.getValue()) + " " + json + "\n";
  }

  @Test
  void records() throws IOException {
    Path file = RecordText.write(directory.resolve("record"), _ -> {});
    survives(file, 2000, HostileInputTest::asItIs, RecordFile::read);
  }

  @Test
  void checkpoints() throws IOException {
    Path original = RESOURCES.resolve("fixtures/architectures/llama/model.safetensors");
    Path file = Files.copy(original, directory.resolve("model.safetensors"));
    survives(
        file,
        3000,
        HostileInputTest::asItIs,
        _ -> {
          try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(directory)) {
            checkpoint.names().forEach(checkpoint::find);
            checkpoint.summary();
          }
        });
  }

  /// Of a kind of layer each: whoever gets past the header reads all weights.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gguf/all-types",
        "small/gpt-oss.bf16",
        "small/mixtral.f32",
        "small/deepseek-v3.f32",
        "small/llama4.f32",
        "small/lfm2-moe.f32",
        "small/mamba.f32",
        "small/jamba.f32",
        "small/granitemoehybrid.f32",
        "small/nemotron-h-moe.f32",
        "small/qwen3-5-moe.f32"
      })
  void gguf(String name) throws IOException {
    Path file = Files.copy(GgufGolden.named(name).model(), directory.resolve("model.gguf"));
    survives(
        file,
        6000,
        HostileInputTest::asItIs,
        each -> {
          ModelDirectory model = ModelDirectory.open(each);
          try (ModelWeights weights = model.openWeights()) {
            for (Parameter parameter : model.model().program(Output.SCORE).parameters()) {
              if (parameter.shape().size() == 2) {
                weights.matrix(parameter.name(), parameter.outputs(), parameter.inputs());
              } else {
                weights.vector(parameter.name(), parameter.outputs());
              }
            }
          }
        });
  }

  @Test
  void indicesOfConvertedWeights() throws IOException {
    for (String name : List.of("tensor-cache.json", "mlc-chat-config.json", "params_shard_0.bin")) {
      Files.copy(
          RESOURCES.resolve("goldens/mlc/tiny-q4f16_0").resolve(name), directory.resolve(name));
    }
    Path file = directory.resolve("tensor-cache.json");
    survives(
        file,
        (int) Files.size(file),
        HostileInputTest::asItIs,
        _ -> {
          MlcSummary.read(directory);
          ModelDirectory.open(directory).openWeights().close();
        });
  }

  private Path library() {
    Path file = directory.resolve("library");
    ModelDirectory model = ModelDirectory.open(RESOURCES.resolve("fixtures/architectures/llama"));
    LibraryFile.write(
        file,
        Compiler.compile(
            model.model(), model.quantization(), "cpu", CompileOptions.SCORING, (_, _, _) -> {}));
    return file;
  }

  @Test
  void libraries() throws IOException {
    survives(library(), 200, HostileInputTest::asItIs, LibraryFile::read);
  }

  @Test
  void librariesWhoseDigestsAreRight() throws IOException {
    String magic = Files.readString(library()).lines().findFirst().orElseThrow() + "\n";
    byte[] json =
        Files.readString(directory.resolve("library"))
            .substring(magic.length() + 65)
            .getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(directory.resolve("json"), json);
    survives(
        file,
        json.length,
        damaged -> {
          byte[] head = (magic + Sha256.of(damaged) + "\n").getBytes(StandardCharsets.US_ASCII);
          byte[] all = java.util.Arrays.copyOf(head, head.length + damaged.length);
          System.arraycopy(damaged, 0, all, head.length, damaged.length);
          return all;
        },
        LibraryFile::read);
  }
}
