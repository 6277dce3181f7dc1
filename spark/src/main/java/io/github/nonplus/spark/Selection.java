package io.github.nonplus.spark;

import io.github.nonplus.report.page.CorpusSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/// What becomes of scored rows: counted, and, where that is asked for, divided into buckets or
/// thinned out. Scores wait in a hidden folder of the output until all are there, because a
/// quantile is one of all.
final class Selection {
  /// The hidden folder.
  static final String STAGE = "_scored";

  private static final String FINAL = "_final";

  private final SparkSession spark;
  private final DocumentRun.Account account;
  private final String format;
  private final String prefix;
  private final Optional<Integer> buckets;
  private final OptionalDouble sketch;
  private final OptionalDouble keepBelow;

  /// @param keepBelow only documents of a smaller perplexity are kept
  Selection(
      SparkSession spark,
      DocumentRun.Account account,
      String format,
      String prefix,
      Optional<Integer> buckets,
      OptionalDouble sketch,
      OptionalDouble keepBelow) {
    this.spark = spark;
    this.account = account;
    this.format = format;
    this.prefix = prefix;
    this.buckets = buckets;
    this.sketch = sketch;
    this.keepBelow = keepBelow;
  }

  /// Does it.
  CorpusSummary run(String output) {
    Dataset<Row> rows =
        spark
            .read()
            .format(DocumentRun.format(format))
            .schema(org.apache.spark.sql.types.StructType.fromDDL(columns()))
            .load(account.rows().folder().toString());
    CorpusCounts counts = CorpusCounts.of(rows, prefix);
    Column perplexity = functions.col("`" + prefix + ScoreColumns.PERPLEXITY + "`");
    Optional<Quantiles> quantiles =
        buckets.map(count -> Quantiles.of(rows, prefix + ScoreColumns.PERPLEXITY, count, sketch));
    Dataset<Row> chosen = rows;
    if (keepBelow.isPresent()) {
      chosen = chosen.where(perplexity.lt(keepBelow.getAsDouble()));
    }
    if (buckets.isPresent()) {
      chosen =
          chosen.withColumn(
              prefix + Buckets.COLUMN, Buckets.of(perplexity, quantiles.get(), buckets.get()));
    }
    if (buckets.isPresent() || keepBelow.isPresent()) {
      place(chosen, Storage.of(output, spark.sparkContext().hadoopConfiguration()));
    }
    return summary(counts, quantiles, kept(counts, rows, perplexity));
  }

  private String columns() {
    return account.manifest().facts().get("columns");
  }

  private long kept(CorpusCounts counts, Dataset<Row> rows, Column perplexity) {
    return keepBelow.isPresent()
        ? rows.where(perplexity.lt(keepBelow.getAsDouble())).count()
        : counts.documents();
  }

  /// Writes the rows beside the scores, and moves them to their place when all are written.
  private void place(Dataset<Row> chosen, Storage output) {
    Storage staged = output.within(FINAL);
    if (!staged.exists("_SUCCESS")) {
      output.delete(FINAL); // of a driver that died
      DataFrameWriter<Row> writer = chosen.write().format(DocumentRun.format(format));
      if (buckets.isPresent()) {
        writer = writer.partitionBy(prefix + Buckets.COLUMN);
      }
      writer.save(staged.folder().toString());
    }
    output.names().stream() // of another division of the same scores
        .filter(name -> !name.startsWith("_") && !name.startsWith("."))
        .forEach(output::delete);
    for (String name : staged.names()) {
      if (!name.startsWith(".") && !name.equals("_SUCCESS")) {
        output.move(FINAL + "/" + name, name);
      }
    }
    output.move(FINAL + "/_SUCCESS", "_SUCCESS");
    output.delete(FINAL);
  }

  private CorpusSummary summary(CorpusCounts counts, Optional<Quantiles> quantiles, long kept) {
    List<CorpusSummary.Bucket> parts = new ArrayList<>();
    quantiles.ifPresent(
        found -> {
          List<String> names = Buckets.names(buckets.get());
          for (int i = 0; i < names.size(); i++) {
            boolean last = i >= found.bounds().size();
            parts.add(new CorpusSummary.Bucket(names.get(i), last ? null : found.bounds().get(i)));
          }
        });
    Map<String, CorpusSummary.Executor> executors =
        account.executors().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    each ->
                        new CorpusSummary.Executor(
                            each.getValue().models(), each.getValue().memory())));
    return new CorpusSummary(
        account.manifest().facts(),
        counts.documents(),
        counts.failed(),
        counts.truncated(),
        counts.tokens(),
        counts.nll(),
        kept,
        counts.histogram(),
        parts,
        quantiles.map(Quantiles::law).orElse(null),
        keepBelow.isPresent() ? keepBelow.getAsDouble() : null,
        executors,
        account.seconds());
  }
}
