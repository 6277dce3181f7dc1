package io.github.nonplus.spark;

import io.github.nonplus.failure.RequestException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/// Documents of a data set with their scores: from Java, from Scala, and from PySpark through its
/// JVM.
///
/// ```python
/// scored = DataFrame(
///     sc._jvm.io.github.nonplus.spark.DocumentScoring.score(
///         df._jdf, {"model": "/models/novella-6m", "text": "body", "protocol": "hf-evaluate"}),
///     spark)
/// ```
public final class DocumentScoring {
  /// The most bytes of a text that is scored, unless somebody allows more.
  static final int MOST_BYTES = 16 << 20;

  private static final String BYTES = "_nonplus_text";
  private static final Set<String> KEYS =
      Set.of(
          "model",
          "library",
          "context",
          "device",
          "kernels",
          "protocol",
          "window",
          "stride",
          "scored",
          "chunks",
          "spelled-tokens",
          "text",
          "prefix",
          "most-bytes");

  private DocumentScoring() {}

  /// Adds the columns `nll`, `tokens`, `perplexity`, `bits_per_byte`, `windows`, `truncated` and
  /// `error`. The model is looked at now, and opened once on each executor when its first task
  /// begins.
  ///
  /// @param options by the names of the command's options: `model` at least; `text` is the column
  ///   of the texts, `text` by default
  /// @throws io.github.nonplus.failure.NonplusException if model or options cannot be used
  public static Dataset<Row> score(Dataset<Row> documents, Map<String, String> options) {
    Set<String> unknown = new HashSet<>(options.keySet());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty() || !options.containsKey("model")) {
      throw new RequestException(
          unknown.isEmpty()
              ? "the option 'model' is missing"
              : "the option '%s' is not known; there are %s"
                  .formatted(unknown.iterator().next(), String.join(", ", KEYS)));
    }
    return score(
        documents,
        options.getOrDefault("text", "text"),
        new ModelChoice(
            ModelPlace.forExecutors(options.get("model")),
            options.containsKey("library") ? ModelPlace.forExecutors(options.get("library")) : null,
            number(options, "context"),
            options.getOrDefault("device", "cpu"),
            options.get("kernels")),
        new DocumentChoice(
            options.getOrDefault("protocol", "qualcomm-mlc"),
            number(options, "window"),
            number(options, "stride"),
            number(options, "scored"),
            number(options, "chunks"),
            "letters".equals(options.get("spelled-tokens"))),
        options.getOrDefault("prefix", ""),
        options.containsKey("most-bytes") ? number(options, "most-bytes") : MOST_BYTES);
  }

  private static Integer number(Map<String, String> options, String key) {
    String value = options.get(key);
    if (value == null) {
      return null;
    }
    if (!value.matches("[1-9][0-9]{0,8}")) {
      throw new RequestException(
          "the option '%s' is '%s', expected a whole number above 0".formatted(key, value));
    }
    return Integer.valueOf(value);
  }

  /// The same.
  ///
  /// @param text the column of the texts
  /// @param prefix before the names of the columns that are added
  /// @param mostBytes of a text; longer ones have an error in their row
  public static Dataset<Row> score(
      Dataset<Row> documents,
      String text,
      ModelChoice model,
      DocumentChoice choice,
      String prefix,
      int mostBytes) {
    StructType schema = ScoreColumns.added(documents.schema(), prefix);
    ModelCheck check = ModelCheck.of(model, Optional.of(choice), note -> {});
    ScoreTask task =
        new ScoreTask(
            model,
            choice,
            new Expected(check.weightsSha256(), null, null),
            new TextPlace(documents.schema().size(), null, mostBytes),
            Set.of(),
            null);
    return withBytes(documents, text).mapPartitions(task, Encoders.row(schema));
  }

  /// The documents with the bytes of their texts as the last column.
  static Dataset<Row> withBytes(Dataset<Row> documents, String text) {
    String[] names = documents.schema().fieldNames();
    if (!Arrays.asList(names).contains(text)) {
      throw new RequestException(
          "the input has no column '%s', but %s; name the text's with --text"
              .formatted(text, String.join(", ", names)));
    }
    DataType type = documents.schema().apply(text).dataType();
    if (!(type instanceof StringType) && !(type instanceof BinaryType)) {
      throw new RequestException(
          "the column '%s' holds %s, expected texts; name the text's with --text"
              .formatted(text, type.simpleString()));
    }
    return documents.withColumn(
        BYTES, functions.col("`" + text.replace("`", "``") + "`").cast("binary"));
  }
}
