package io.github.nonplus.spark;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.files.FileDraft;
import io.github.nonplus.report.page.CorpusPage;
import io.github.nonplus.report.page.CorpusSummary;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `nonplus-spark score`: documents over a cluster.
@Command(
    name = "score",
    description = {
      "Scores documents, each a text of its own, on a cluster: their rows with the columns nll,"
          + " tokens, perplexity, bits_per_byte, windows, truncated and error. A document that"
          + " cannot be scored has a sentence in error.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ScoreCommand implements Callable<Integer> {
  @Mixin ModelOptions model;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "A file, or a folder of files, on any file system of Hadoop's.")
  String input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description = "Takes the rows; new or empty, but for --resume.")
  String output;

  @Option(
      names = "--resume",
      description = "Go on with what an earlier run has left in the output.")
  boolean resume;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description =
          "parquet; jsonl; text, each line a document; or files, each file a document. Default: what"
              + " the first file's name says.")
  String format;

  @Option(
      names = "--text",
      defaultValue = "text",
      paramLabel = "NAME",
      description = "The column or field with the texts. Default: text.")
  String text;

  @Option(
      names = "--schema",
      paramLabel = "DDL",
      description =
          "Columns of JSON objects, such as 'id BIGINT, text STRING'. Default: found out by reading"
              + " all of them once more.")
  String schema;

  @Option(
      names = "--output-format",
      defaultValue = "parquet",
      paramLabel = "NAME",
      description = "parquet (the default) or jsonl.")
  String outputFormat;

  @Option(
      names = "--prefix",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "Put before the names of the columns that are added. Default: nothing.")
  String prefix;

  @Mixin ProtocolOptions protocol;

  @Option(
      names = "--most-bytes",
      defaultValue = "16777216",
      paramLabel = "N",
      description = "Longer texts are not scored, and say so. Default: 16 MiB.")
  int mostBytes;

  @Option(
      names = "--slice-bytes",
      defaultValue = "1048576",
      paramLabel = "N",
      description =
          "Bytes of the input that one task scores, about: what a lost executor costs at most."
              + " Default: 1 MiB.")
  long sliceBytes;

  @Option(
      names = "--buckets",
      paramLabel = "N",
      description =
          "Divide the documents into N parts of equal number by their perplexity, named in the column"
              + " bucket (head, middle, tail for 3), a folder each.")
  Integer buckets;

  @Option(
      names = "--sketch",
      paramLabel = "ERROR",
      description =
          "Find the bounds of buckets by a sketch whose ranks are off by at most this share of all"
              + " documents. Default: exactly, by sorting all perplexities.")
  Double sketch;

  @Option(
      names = "--keep-below",
      paramLabel = "PERPLEXITY",
      description = "Keep only documents whose perplexity is below.")
  Double keepBelow;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write a page of HTML with a histogram, on the driver's machine.")
  Path report;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    requireSense();
    PrintWriter err = spec.commandLine().getErr();
    SparkSession spark = SparkSession.builder().appName("nonplus " + input).getOrCreate();
    try {
      boolean staged = buckets != null || keepBelow != null;
      DocumentRun.Account account =
          new DocumentRun(
                  spark,
                  new DocumentRun.Request(
                      model.choice(),
                      protocol.choice(),
                      input,
                      output,
                      text,
                      Optional.ofNullable(format),
                      Optional.ofNullable(schema),
                      outputFormat,
                      prefix,
                      mostBytes,
                      sliceBytes,
                      staged ? Selection.STAGE : "",
                      resume),
                  err::println)
              .run();
      Selection selection =
          new Selection(
              spark,
              account,
              outputFormat,
              prefix,
              Optional.ofNullable(buckets),
              sketch == null ? OptionalDouble.empty() : OptionalDouble.of(sketch),
              keepBelow == null ? OptionalDouble.empty() : OptionalDouble.of(keepBelow));
      CorpusSummary summary = selection.run(output);
      if (report != null) {
        try (FileDraft draft = FileDraft.of(report)) {
          draft.write(out -> out.write(CorpusPage.of(summary).getBytes(StandardCharsets.UTF_8)));
          draft.commit();
        }
      }
      spec.commandLine().getOut().print(summary.json() + "\n");
      return 0;
    } finally {
      spark.stop();
    }
  }

  private void requireSense() {
    DocumentRun.format(outputFormat);
    protocol.choice().request();
    require(mostBytes >= 1, "--most-bytes is %d, at least 1 expected", mostBytes);
    require(sliceBytes >= 1024, "--slice-bytes is %d, at least 1024 expected", sliceBytes);
    require(
        buckets == null || buckets >= 2 && buckets <= 1000,
        "--buckets is %d, expected 2 to 1000",
        buckets);
    require(sketch == null || buckets != null, "--sketch says nothing without --buckets");
    require(
        sketch == null || sketch > 0 && sketch < 1,
        "--sketch is %s, expected a share above 0 and below 1",
        sketch);
    require(
        keepBelow == null || keepBelow > 0,
        "--keep-below is %s, expected a perplexity above 0",
        keepBelow);
  }

  private static void require(boolean is, String sentence, Object... values) {
    if (!is) {
      throw new RequestException(sentence.formatted(values));
    }
  }
}
