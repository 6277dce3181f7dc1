package io.github.nonplus.spark;

import io.github.nonplus.failure.OutputException;
import io.github.nonplus.failure.RequestException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/// All documents of an input scored into a folder: what is finished stays, whatever ends the
/// driver.
final class DocumentRun {
  private static final String COMMIT = "spark.sql.sources.commitProtocolClass";
  private static final long READ_AT_ONCE = 128L << 20;

  private final SparkSession spark;
  private final Request request;
  private final Consumer<String> note;
  private final Storage output;

  /// What a user asks for.
  ///
  /// @param text column of the texts
  /// @param format of the input, if its files' names do not say it
  /// @param schema of JSON objects, if it is known
  /// @param sliceBytes of the input that one task scores, about
  /// @param scored folder within the output that takes the rows; empty for the output itself
  record Request(
      ModelChoice model,
      DocumentChoice documents,
      String input,
      String output,
      String text,
      Optional<String> format,
      Optional<String> schema,
      String outputFormat,
      String prefix,
      int mostBytes,
      long sliceBytes,
      String scored,
      boolean resume) {}

  /// What came of it.
  ///
  /// @param executors what they did, without those that were lost
  record Account(
      Storage rows,
      Manifest manifest,
      Map<String, ExecutorTally.Entry> executors,
      double seconds) {}

  DocumentRun(SparkSession spark, Request request, Consumer<String> note) {
    this.spark = spark;
    this.request = request;
    this.note = note;
    this.output = Storage.of(request.output(), spark.sparkContext().hadoopConfiguration());
  }

  Account run() {
    requireOutput();
    ModelCheck check = ModelCheck.of(request.model(), Optional.of(request.documents()), note);
    DocumentFormat.Opened input = input();
    StructType schema = ScoreColumns.added(input.kept(), request.prefix());
    JavaRDD<Row> rows = input.rows().javaRDD();
    InputDivision division = InputDivision.of(rows.rdd(), request.sliceBytes());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Expected expected = new Expected(check.weightsSha256(), null, null);
    expected =
        expected.with(
            new Probe(request.model(), Optional.of(request.documents())).ask(context, expected));
    Manifest manifest = manifest(check, expected, division, schema);
    Storage place = request.scored().isEmpty() ? output : output.within(request.scored());
    Set<Integer> finished = begin(manifest, place, division);
    ExecutorTally tally = new ExecutorTally();
    spark.sparkContext().register(tally, "nonplus.executors");
    long start = System.nanoTime();
    if (!place.exists("_SUCCESS")) {
      ScoreTask task =
          new ScoreTask(
              request.model(), request.documents(), expected, input.place(), finished, tally);
      SlicedRows sliced = new SlicedRows(rows.rdd(), division.slices());
      JavaRDD<Row> scored = sliced.toJavaRDD().mapPartitionsWithIndex(task, true);
      write(spark.createDataFrame(scored, schema), place);
    }
    return new Account(place, manifest, tally.value(), (System.nanoTime() - start) / 1e9);
  }

  private void requireOutput() {
    List<String> names = output.names();
    if (request.resume()) {
      if (output.exists() && !names.isEmpty() && !names.contains(Manifest.NAME)) {
        throw new OutputException(
            "%s holds no run to go on with; choose another --output".formatted(output.folder()));
      }
    } else if (!names.isEmpty()) {
      throw new OutputException(
          "%s is not empty; choose another --output, or go on with what is there with --resume"
              .formatted(output.folder()));
    }
  }

  private DocumentFormat.Opened input() {
    Storage given = Storage.of(request.input(), spark.sparkContext().hadoopConfiguration());
    List<String> files = given.files();
    DocumentFormat format = DocumentFormat.of(request.format(), files);
    var settings = spark.conf(); // the same division on every cluster, of whatever size
    settings.set("spark.sql.files.minPartitionNum", 1);
    settings.set("spark.sql.files.openCostInBytes", Math.min(4L << 20, request.sliceBytes()));
    settings.set(
        "spark.sql.files.maxPartitionBytes",
        format.isSplit() ? request.sliceBytes() : Math.max(READ_AT_ONCE, request.sliceBytes()));
    boolean folder = files.size() > 1 || !files.getFirst().equals(given.folder().toString());
    return format.open(
        spark,
        files,
        folder ? Optional.of(given.folder().toString()) : Optional.empty(),
        request.text(),
        request.schema(),
        request.mostBytes());
  }

  private Manifest manifest(
      ModelCheck check, Expected expected, InputDivision division, StructType schema) {
    Map<String, String> facts = new LinkedHashMap<>(check.facts());
    facts.put("device", expected.identity());
    facts.put("build", expected.build());
    facts.put("input", request.input());
    facts.put("division", division.digest());
    facts.put("tasks", Integer.toString(division.tasks()));
    facts.put("text", request.text());
    facts.put("most_bytes", Integer.toString(request.mostBytes()));
    facts.put("columns", schema.toDDL());
    facts.put("output_format", request.outputFormat());
    return new Manifest(facts);
  }

  /// @return partitions whose rows are there
  private Set<Integer> begin(Manifest manifest, Storage place, InputDivision division) {
    if (output.exists(Manifest.NAME)) {
      manifest.requireSame(Manifest.read(output), output);
    } else {
      output.make();
      manifest.write(output);
    }
    place.make();
    Set<Integer> finished = new HashSet<>();
    for (String name : place.names()) {
      if (name.matches("part-[0-9]{5,}-.*")) {
        finished.add(Integer.valueOf(name.split("-")[1]));
      }
    }
    if (request.resume()) {
      note.accept(
          "%d of %d partitions are in %s already."
              .formatted(finished.size(), division.tasks(), place.folder()));
    }
    return finished;
  }

  private void write(Dataset<Row> rows, Storage place) {
    String before = spark.conf().get(COMMIT);
    spark.conf().set(COMMIT, PartitionCommit.class.getName());
    try {
      rows.write()
          .format(format(request.outputFormat()))
          .option("maxRecordsPerFile", 0)
          .mode(SaveMode.Append)
          .save(place.folder().toString());
    } finally {
      spark.conf().set(COMMIT, before);
    }
  }

  static String format(String name) {
    return switch (name) {
      case "parquet" -> "parquet";
      case "jsonl" -> "json";
      default ->
          throw new RequestException(
              "--output-format is '%s', expected parquet or jsonl".formatted(name));
    };
  }
}
