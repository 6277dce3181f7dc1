package io.github.nonplus.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.scoring.DocumentScore;
import io.github.nonplus.scoring.DocumentScorer;
import io.github.nonplus.scoring.Scorer;
import io.github.nonplus.scoring.ScorerRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `nonplus-spark score` in one JVM: what each row says, what stays when a job is begun again, what
/// is refused.
class ScoreCommandTest {
  private static final Path MODEL = Path.of("../examples/novella-6m").toAbsolutePath();
  private static final StructType COLUMNS =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("text", DataTypes.BinaryType)
          .add("tags", DataTypes.createArrayType(DataTypes.StringType));

  @TempDir Path directory;

  private record Outcome(int code, String out, String err) {
    JsonNode json() throws IOException {
      assertThat(code).as(err).isZero();
      return new ObjectMapper().readTree(out);
    }
  }

  /// The command ends its session, so each has one of its own.
  private Outcome run(Object... more) {
    List<String> all = new ArrayList<>(List.of("score", "--model", MODEL.toString()));
    for (Object each : more) {
      all.add(each.toString());
    }
    LocalSpark.open(directory);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(new PrintWriter(out), new PrintWriter(err, true), all.toArray(String[]::new));
    return new Outcome(code, out.toString(), err.toString());
  }

  private Path parquet(List<byte[]> documents) throws IOException {
    try (SparkSession spark = LocalSpark.open(directory)) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < documents.size(); i++) {
        rows.add(RowFactory.create((long) i, documents.get(i), List.of("a", "b" + i)));
      }
      Path folder = directory.resolve("in");
      spark.createDataFrame(rows, COLUMNS).coalesce(2).write().parquet(folder.toString());
      return folder;
    }
  }

  private Map<Long, Row> read(Path folder) throws IOException {
    try (SparkSession spark = LocalSpark.open(directory)) {
      Map<Long, Row> rows = new HashMap<>();
      for (Row row : spark.read().parquet(folder.toString()).collectAsList()) {
        assertThat(rows.put(row.getAs("id"), row)).as("row %s twice", row).isNull();
      }
      return rows;
    }
  }

  private static void requireScores(Map<Long, Row> rows, List<byte[]> documents, String protocol) {
    ScorerRequest request =
        new ScorerRequest(
            MODEL,
            Optional.empty(),
            OptionalInt.empty(),
            "cpu",
            new DeviceOptions(1, Optional.empty()),
            1);
    assertThat(rows).hasSameSizeAs(documents);
    try (Scorer scorer = Scorer.open(request, note -> {});
        DocumentScorer scored =
            DocumentScorer.open(
                scorer,
                new DocumentChoice(protocol, 64, null, null, null, false).request(),
                note -> {})) {
      for (int i = 0; i < documents.size(); i++) {
        Row row = rows.get((long) i);
        assertThat(row.<String>getList(row.fieldIndex("tags"))).containsExactly("a", "b" + i);
        byte[] bytes = documents.get(i);
        if (bytes == null) {
          assertThat(row.<String>getAs("error")).isEqualTo("the text is null");
        } else if (bytes.length == 0) {
          assertThat(row.<String>getAs("error")).isEqualTo("the document is empty");
        } else if (bytes.length == 4 && bytes[2] == (byte) 0xff) {
          assertThat(row.<String>getAs("error"))
              .isEqualTo("the text is not UTF-8: the byte 0xff at offset 2");
          assertThat(row.<Double>getAs("nll")).isNull();
        } else {
          String text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes)).toString();
          DocumentScore expected = scored.score(List.of(scored.prepare(text))).getFirst();
          assertThat(row.<String>getAs("error")).isNull();
          assertThat(row.<Double>getAs("nll")).isEqualTo(expected.nll());
          assertThat(row.<Double>getAs("perplexity")).isEqualTo(expected.perplexity());
          assertThat(row.<Long>getAs("tokens")).isEqualTo(expected.tokens());
          assertThat(row.<Integer>getAs("windows")).isEqualTo(expected.windows());
          assertThat(row.<Boolean>getAs("truncated")).isEqualTo(expected.truncated());
        }
      }
    }
  }

  @Test
  void everyRowHasItsScoreOrASentenceAndARestartComputesOnlyWhatIsMissing() throws IOException {
    List<byte[]> documents = AwkwardDocuments.of(150, 20_000);
    Path input = parquet(documents);
    Path output = directory.resolve("out");
    Object[] command = {
      "--input",
      input,
      "--output",
      output,
      "--protocol=lm-eval-wikitext",
      "--window=64",
      "--slice-bytes=4096"
    };
    JsonNode summary = run(command).json();
    requireScores(read(output), documents, "lm-eval-wikitext");
    assertThat(summary.path("documents").asLong()).isEqualTo(150);
    assertThat(summary.path("failed").asLong()).isEqualTo(9);
    assertThat(summary.path("executors")).hasSize(1);
    assertThat(Integer.parseInt(summary.path("run").path("tasks").asText())).isGreaterThan(4);

    assertThat(run(command).err()).contains("out is not empty; choose another --output");

    Files.delete(output.resolve("_SUCCESS"));
    List<Path> parts = parts(output);
    Path gone = parts.getFirst();
    Files.delete(gone);
    Files.deleteIfExists(gone.resolveSibling("." + gone.getFileName() + ".crc"));
    long kept = Files.getLastModifiedTime(parts.getLast()).toMillis();
    Object[] resumed = java.util.Arrays.copyOf(command, command.length + 1);
    resumed[command.length] = "--resume";
    Outcome again = run(resumed);
    assertThat(again.err())
        .contains("%d of %d partitions are in".formatted(parts.size() - 1, tasks(summary)));
    assertThat(again.json().path("nll")).isEqualTo(summary.path("nll"));
    assertThat(Files.getLastModifiedTime(parts.getLast()).toMillis()).isEqualTo(kept);
    assertThat(parts(output)).isEqualTo(parts);
    requireScores(read(output), documents, "lm-eval-wikitext");

    resumed[4] = "--protocol=hf-evaluate";
    assertThat(run(resumed).err())
        .contains("out is the output of another run (protocol: hf-evaluate");
  }

  private static int tasks(JsonNode summary) {
    return Integer.parseInt(summary.path("run").path("tasks").asText());
  }

  private static List<Path> parts(Path output) throws IOException {
    try (var files = Files.list(output)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .sorted()
          .toList();
    }
  }

  @Test
  void linesOfJsonAreTakenAsTheCommandTakesThemAndDividedIntoBuckets() throws IOException {
    StringBuilder lines =
        new StringBuilder("{\"id\":0,\"text\":\"half \\ud800\",\"x\":{\"y\":1.5}}\n");
    lines.append("{\"id\":1,\"text\":7}\n{\"id\":2}\nno JSON\n\n");
    List<byte[]> documents = AwkwardDocuments.of(40, 900);
    for (int i = 0; i < 40; i++) {
      byte[] each = documents.get(i);
      if (each != null && each.length > 20) {
        var line = new ObjectMapper().createObjectNode().put("id", 10 + i);
        lines.append(line.put("text", new String(each, StandardCharsets.UTF_8))).append("\n");
      }
    }
    Path input = Files.writeString(directory.resolve("rows.jsonl"), lines);
    Path output = directory.resolve("buckets");
    Path page = directory.resolve("page.html");
    Outcome run =
        run(
            "--input",
            input,
            "--output",
            output,
            "--protocol=hf-evaluate",
            "--window=64",
            "--buckets=3",
            "--report",
            page);
    JsonNode summary = run.json();
    assertThat(summary.path("failed").asLong()).isEqualTo(4);
    assertThat(summary.path("bounds").asText()).isEqualTo("exact, by sorting");
    try (SparkSession spark = LocalSpark.open(directory)) {
      var rows = spark.read().parquet(output.toString());
      Map<String, Long> counts = new HashMap<>();
      double bound = summary.path("buckets").path(0).path("up_to").asDouble();
      for (Row row : rows.collectAsList()) {
        counts.merge(row.getAs("bucket"), 1L, Long::sum);
        if ("head".equals(row.getAs("bucket"))) {
          assertThat(row.<Double>getAs("perplexity")).isLessThanOrEqualTo(bound);
        }
      }
      long scored = summary.path("documents").asLong() - 4;
      assertThat(counts.get("none")).isEqualTo(4);
      assertThat(counts.get("head")).isEqualTo((scored + 2) / 3);
      assertThat(counts.get("middle") + counts.get("tail") + counts.get("head")).isEqualTo(scored);
      assertThat(rows.where("error like '%half of a surrogate pair%'").count()).isEqualTo(1);
      assertThat(rows.where("error like '%not valid JSON%'").count()).isEqualTo(1);
      assertThat(rows.where("error like '%has no field ''text''%'").count()).isEqualTo(1);
      assertThat(rows.where("error like '%has the number 7%'").count()).isEqualTo(1);
      assertThat(rows.select("x.y").where("y = 1.5").count()).isEqualTo(1);
    }
    assertThat(Files.readString(page)).contains("Documents by perplexity", "head", "exact, by");
    assertThat(Files.exists(output.resolve("_scored"))).isTrue();
  }

  @Test
  void whatCannotBeUsedIsRefusedBeforeTheFirstTask() throws IOException {
    Path input = parquet(AwkwardDocuments.of(3, 50));
    Path output = directory.resolve("none");
    assertThat(run("--input", input, "--output", output, "--protocol=nobody").code()).isEqualTo(2);
    assertThat(run("--input", input, "--output", output, "--text=body").err())
        .contains("the input has no column 'body', but id, text, tags");
    assertThat(run("--input", input, "--output", output, "--text=tags").err())
        .contains("the column 'tags' holds array<string>, expected texts");
    assertThat(run("--input", input, "--output", output, "--window=5000").err())
        .contains("windows have up to 5000 ids, but the model takes");
    assertThat(run("--input", directory.resolve("gone"), "--output", output).err())
        .contains("gone cannot be read");
    assertThat(run("--input", input, "--output", output, "--device=abacus").err())
        .contains("abacus");
    assertThat(output).doesNotExist();
  }
}
