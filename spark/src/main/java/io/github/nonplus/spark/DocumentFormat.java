package io.github.nonplus.spark;

import io.github.nonplus.failure.RequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/// How documents lie in files.
enum DocumentFormat {
  /// A row each.
  PARQUET("parquet"),

  /// An object on each line.
  JSONL("jsonl"),

  /// A line each, as it is.
  TEXT("text"),

  /// A file each, as it is.
  FILES("files");

  private static final String LINE = "value";

  private final String label;

  DocumentFormat(String label) {
    this.label = label;
  }

  /// The one of that name; or, if none is given, that of the first file's name.
  static DocumentFormat of(Optional<String> name, List<String> files) {
    String first = files.getFirst().toLowerCase(java.util.Locale.ROOT);
    String wanted =
        name.orElseGet(
            () ->
                first.endsWith(".parquet")
                    ? "parquet"
                    : first.matches(".*\\.(jsonl|ndjson|json)(\\.[a-z0-9]+)?") ? "jsonl" : "");
    return Arrays.stream(values())
        .filter(each -> each.label.equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestException(
                    "--format is '%s', expected one of %s"
                        .formatted(
                            wanted,
                            Arrays.stream(values())
                                .map(each -> each.label)
                                .collect(Collectors.joining(", ")))));
  }

  /// Whether a file can be read in parts of any size.
  boolean isSplit() {
    return this == JSONL || this == TEXT;
  }

  /// The documents, whose text's bytes are the last column, and where in it the text is.
  record Opened(Dataset<Row> rows, TextPlace place) {
    /// The columns that are kept.
    StructType kept() {
      StructType all = rows.schema();
      return new StructType(Arrays.copyOf(all.fields(), all.size() - 1));
    }
  }

  /// Reads files.
  ///
  /// @param base folder of all files, whose folders may name columns (`lang=de/`)
  /// @param text column of the texts
  /// @param schema of JSON objects, if it is not to be found out by reading all of them
  Opened open(
      SparkSession spark,
      List<String> files,
      Optional<String> base,
      String text,
      Optional<String> schema,
      int mostBytes) {
    var reader = spark.read();
    base.ifPresent(folder -> reader.option("basePath", folder));
    String[] paths = files.toArray(String[]::new);
    Dataset<Row> rows =
        switch (this) {
          case PARQUET -> DocumentScoring.withBytes(reader.parquet(paths), text);
          case JSONL -> json(reader.option("lineSep", "\n").text(paths), schema);
          case TEXT -> asText(reader.option("lineSep", "\n").text(paths), text);
          case FILES ->
              asText(
                  reader
                      .option("wholetext", true)
                      .text(paths)
                      .withColumn("path", functions.col("_metadata.file_path")),
                  text);
        };
    int column = rows.schema().size() - 1;
    return new Opened(rows, new TextPlace(column, this == JSONL ? text : null, mostBytes));
  }

  private static Dataset<Row> asText(Dataset<Row> lines, String text) {
    return DocumentScoring.withBytes(lines.withColumnRenamed(LINE, text), text);
  }

  /// Lines stay as they are for whoever looks for the text in them; Spark reads the columns.
  private static Dataset<Row> json(Dataset<Row> lines, Optional<String> schema) {
    Dataset<Row> objects = lines.where(functions.col(LINE).rlike("\\S"));
    StructType type =
        schema
            .map(StructType::fromDDL)
            .orElseGet(
                () ->
                    objects
                        .sparkSession()
                        .read()
                        .option("columnNameOfCorruptRecord", "_corrupt_record")
                        .json(objects.select(LINE).as(Encoders.STRING()))
                        .schema());
    List<Column> columns = new ArrayList<>();
    Dataset<Row> parsed =
        objects.withColumn("_object", functions.from_json(functions.col(LINE), type));
    for (String name : type.fieldNames()) {
      if (!name.equals("_corrupt_record")) {
        columns.add(functions.col("_object").getField(name).as(name));
      }
    }
    Arrays.stream(lines.schema().fieldNames())
        .filter(name -> !name.equals(LINE))
        .forEach(name -> columns.add(functions.col(name)));
    columns.add(functions.col(LINE).cast("binary").as("_nonplus_text"));
    return parsed.select(columns.toArray(Column[]::new));
  }
}
