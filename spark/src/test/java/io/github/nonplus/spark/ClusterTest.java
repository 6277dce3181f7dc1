package io.github.nonplus.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.report.record.RecordFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A master, two workers and `spark-submit` against the command line: the same bits, whoever is
/// killed.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ClusterTest {
  private static final Path MODEL = Path.of("../examples/novella-6m").toAbsolutePath();
  private static final String PROTOCOL = "hf-evaluate";
  private static final int DOCUMENTS = 2000;
  private static final int LONGEST = 1_000_000;
  private static final StructType COLUMNS =
      new StructType().add("id", DataTypes.LongType).add("text", DataTypes.BinaryType);

  @TempDir Path directory;

  private StandaloneCluster cluster;
  private final List<byte[]> documents = AwkwardDocuments.of(DOCUMENTS, LONGEST);

  @BeforeEach
  void start() {
    cluster = StandaloneCluster.start(2, directory);
  }

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /// A row's bits: of its loss, its perplexity, its counts, and its sentence.
  private record Score(long nll, long perplexity, long tokens, int windows, String error) {
    static Score of(Row row) {
      return row.isNullAt(row.fieldIndex("nll"))
          ? new Score(0, 0, 0, 0, row.getAs("error"))
          : new Score(
              Double.doubleToLongBits(row.getAs("nll")),
              Double.doubleToLongBits(row.getAs("perplexity")),
              row.getAs("tokens"),
              row.getAs("windows"),
              row.getAs("error"));
    }
  }

  private Path input() throws IOException {
    Path folder = directory.resolve("in");
    try (SparkSession spark = LocalSpark.open(directory)) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < documents.size(); i++) {
        rows.add(RowFactory.create((long) i, documents.get(i)));
      }
      spark.createDataFrame(rows, COLUMNS).coalesce(3).write().parquet(folder.toString());
    }
    return folder;
  }

  private Map<Long, Score> scores(Path folder) throws IOException {
    try (SparkSession spark = LocalSpark.open(directory)) {
      Map<Long, Score> scores = new TreeMap<>();
      for (Row row : spark.read().parquet(folder.toString()).collectAsList()) {
        assertThat(scores.put(row.getAs("id"), Score.of(row))).as("row %s twice", row).isNull();
      }
      return scores;
    }
  }

  private Process submitted(String name, Path input, Path output, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "score",
                "--model",
                MODEL.toString(),
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--protocol",
                PROTOCOL,
                "--window",
                "256",
                "--slice-bytes",
                "4096"));
    command.addAll(Arrays.asList(more));
    return cluster.submit(name, command.toArray(String[]::new));
  }

  /// The command line, in a process of its own.
  private String nonplus(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dnonplus.cache=" + directory.resolve("cache/nonplus"),
                "-cp",
                jar(Path.of("../cli/target")) + ":../cli/target/lib/*",
                "io.github.nonplus.cli.Main"));
    command.addAll(Arrays.asList(arguments));
    Path out = directory.resolve("cli.out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(directory.resolve("cli.err").toFile())
            .start();
    process.waitFor();
    assertThat(process.exitValue()).as(Files.readString(directory.resolve("cli.err"))).isZero();
    return Files.readString(out);
  }

  private static Path jar(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("nonplus-cli-.*SNAPSHOT\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  /// What the command line says of the documents that it takes, by the number of their row.
  private Map<Long, Score> ofCommandLine() throws IOException, InterruptedException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      byte[] each = documents.get(i);
      if (each != null && each.length > 0 && isText(each)) {
        var line = new ObjectMapper().createObjectNode();
        line.put("text", new String(each, StandardCharsets.UTF_8));
        lines.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        ids.add((long) i);
      }
    }
    Path rows = Files.write(directory.resolve("rows.jsonl"), lines.toByteArray());
    Path windows = directory.resolve("rows.windows");
    Path tokens = directory.resolve("tokens.tsv");
    nonplus(
        "preprocess-input",
        "--model-path",
        MODEL.toString(),
        "--input",
        rows.toString(),
        "--protocol",
        PROTOCOL,
        "--window",
        "256",
        "--destination",
        windows.toString());
    String json =
        nonplus(
            "calculate-perplexity",
            "--model",
            MODEL.toString(),
            "--input-path",
            windows.toString(),
            "--json",
            "--per-token",
            tokens.toString());
    JsonNode result = new ObjectMapper().readTree(json).path("documents");
    assertThat(result).hasSize(ids.size());
    double[] sums = sums(tokens, result);
    Map<Long, Score> scores = new TreeMap<>();
    for (int d = 0; d < ids.size(); d++) {
      JsonNode each = result.get(d);
      scores.put(
          ids.get(d),
          new Score(
              Double.doubleToLongBits(sums[d]),
              Double.doubleToLongBits(each.path("perplexity").asDouble()),
              each.path("tokens_scored").asLong(),
              each.path("windows").asInt(),
              null));
    }
    return scores;
  }

  /// Sums of the losses of each document, in order.
  private static double[] sums(Path tokens, JsonNode documents) throws IOException {
    List<String> lines = Files.readAllLines(tokens);
    int column = Arrays.asList(lines.getFirst().split("\t")).indexOf("nll");
    assertThat(column).as(lines.getFirst()).isNotNegative();
    double[] sums = new double[documents.size()];
    int at = 1;
    for (int d = 0; d < sums.length; d++) {
      for (long n = documents.get(d).path("tokens_scored").asLong(); n > 0; n--) {
        sums[d] += Double.parseDouble(lines.get(at++).split("\t")[column]);
      }
    }
    assertThat(at).isEqualTo(lines.size());
    return sums;
  }

  private static boolean isText(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Test
  void documentsHaveTheBitsOfTheCommandLineWhoeverIsKilled() throws Exception {
    Path input = input();
    Path output = directory.resolve("quiet");
    JsonNode summary =
        new ObjectMapper().readTree(cluster.finished("quiet", submitted("quiet", input, output)));
    Map<Long, Score> scores = scores(output);
    requireCommandLine(scores);
    requireOneModelEach(summary);

    Path killed = directory.resolve("killed");
    Process job = submitted("killed", input, killed);
    StandaloneCluster.await("some partitions are done", () -> parts(killed) >= 6);
    StandaloneCluster.kill(cluster.worker(2));
    cluster.worker(3, 2);
    JsonNode after = new ObjectMapper().readTree(cluster.finished("killed", job));
    assertThat(scores(killed)).isEqualTo(scores);
    assertThat(after.path("nll")).isEqualTo(summary.path("nll"));

    Path resumed = directory.resolve("resumed");
    Process driver = submitted("driver", input, resumed);
    StandaloneCluster.await("some partitions are done", () -> parts(resumed) >= 6);
    StandaloneCluster.kill(driver);
    driver.waitFor();
    Map<String, Long> before = times(resumed);
    cluster.finished("again", submitted("again", input, resumed, "--resume"));
    assertThat(cluster.said("again"))
        .containsPattern("\\d+ of %s partitions are in".formatted(tasks(summary)));
    assertThat(times(resumed)).containsAllEntriesOf(before);
    assertThat(scores(resumed)).isEqualTo(scores);
    System.out.println(
        "cluster: %d documents in %s tasks; %d partitions stayed when the driver was killed; executors %s"
            .formatted(scores.size(), tasks(summary), before.size(), summary.path("executors")));
  }

  private static String tasks(JsonNode summary) {
    return summary.path("run").path("tasks").asText();
  }

  private void requireCommandLine(Map<Long, Score> scores) throws Exception {
    assertThat(scores).hasSize(DOCUMENTS);
    Map<Long, Score> expected = ofCommandLine();
    Map<Long, Score> scored = new HashMap<>(scores);
    scored.values().removeIf(score -> score.error() != null);
    assertThat(scored).isEqualTo(expected);
    for (int i = 0; i < documents.size(); i++) {
      if (!expected.containsKey((long) i)) {
        assertThat(scores.get((long) i).error()).as("row %d", i).isNotBlank();
      }
    }
  }

  private static void requireOneModelEach(JsonNode summary) {
    JsonNode executors = summary.path("executors");
    assertThat(executors).hasSize(2);
    for (JsonNode executor : executors) {
      assertThat(executor.path("models").asInt()).as("models of %s", executor).isEqualTo(1);
      assertThat(executor.path("peak_memory_bytes").asLong()).isBetween(1L, 2L << 30);
    }
  }

  private static int parts(Path output) {
    return times(output).size();
  }

  private static Map<String, Long> times(Path output) {
    Map<String, Long> times = new TreeMap<>();
    if (Files.isDirectory(output)) {
      try (var files = Files.newDirectoryStream(output, "part-*")) {
        for (Path file : files) {
          times.put(file.getFileName().toString(), Files.getLastModifiedTime(file).toMillis());
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return times;
  }

  @Test
  void aFileOfWindowsHasTheResultAndTheRecordOfTheCommandLine() throws Exception {
    Path windows = directory.resolve("hound.windows");
    Path own = directory.resolve("own.record");
    Path theirs = directory.resolve("theirs.record");
    nonplus(
        "preprocess-input",
        "--model-path",
        MODEL.toString(),
        "--input",
        Path.of("../examples/hound-excerpt.txt").toAbsolutePath().toString(),
        "--destination",
        windows.toString());
    String json =
        nonplus(
            "calculate-perplexity",
            "--device",
            "cpu",
            "--model",
            MODEL.toString(),
            "--input-path",
            windows.toString(),
            "--json",
            "--record",
            own.toString());
    String[] command = {
      "calculate-perplexity",
      "--model",
      MODEL.toString(),
      "--input-path",
      windows.toString(),
      "--journals",
      directory.resolve("journals").toString(),
      "--json",
      "--record",
      theirs.toString()
    };
    String found = cluster.finished("windows", cluster.submit("windows", command));
    assertThat(exact(found)).isEqualTo(exact(json));
    var mine = RecordFile.read(own);
    var its = RecordFile.read(theirs);
    assertThat(its.windows().size()).isEqualTo(mine.windows().size());
    for (int w = 0; w < mine.windows().size(); w++) {
      assertThat(its.windows().get(w).ids()).isEqualTo(mine.windows().get(w).ids());
      assertThat(its.windows().get(w).nll()).isEqualTo(mine.windows().get(w).nll());
    }
    assertThat(exact(its.facts().toString())).isEqualTo(exact(mine.facts().toString()));
  }

  /// All but times and machines.
  private static String exact(String json) throws IOException {
    ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(json);
    ((ObjectNode) tree.get("execution"))
        .remove(
            List.of(
                "started",
                "sessions",
                "seconds",
                "tokens_per_second",
                "peak_memory_bytes",
                "threads",
                "device_description"));
    return tree.toString();
  }
}
