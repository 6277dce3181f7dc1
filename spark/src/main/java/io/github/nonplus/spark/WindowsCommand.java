package io.github.nonplus.spark;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.files.Scratch;
import io.github.nonplus.perplexity.MergedRun;
import io.github.nonplus.perplexity.PerplexityRun;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.report.ResultText;
import io.github.nonplus.report.ScoreFiles;
import io.github.nonplus.report.record.ResultJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `nonplus-spark calculate-perplexity`: a file of windows over a cluster.
@Command(
    name = "calculate-perplexity",
    description =
        "Runs the windows of a file through a model on a cluster, and gives the result that nonplus"
            + " calculate-perplexity gives on one machine, bit for bit.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class WindowsCommand implements Callable<Integer> {
  private static final int PARTS_OF_A_TASK = 8;

  @Mixin ModelOptions model;

  @Option(
      names = "--input-path",
      required = true,
      paramLabel = "FILE",
      description = "The file of windows that preprocess-input wrote; the driver reads it.")
  Path input;

  @Option(
      names = "--journals",
      paramLabel = "FOLDER",
      description =
          "Keep the journals of finished parts there, on any file system of Hadoop's; the same"
              + " command goes on from them. Default: nothing is kept.")
  String journals;

  @Option(
      names = "--parts",
      paramLabel = "N",
      description =
          "Divide the windows into N parts, a task each. Default: as many as the journals say; else"
              + " eight for each task that the cluster runs at a time. No bit depends on it.")
  Integer parts;

  @Option(names = "--json", description = "Print the whole result as JSON.")
  boolean json;

  @Option(names = "--per-window", paramLabel = "FILE", description = "Write each window's values.")
  Path perWindow;

  @Option(names = "--per-token", paramLabel = "FILE", description = "Write each token's value.")
  Path perToken;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Write the result, all ids and losses to a file, as nonplus does.")
  Path record;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    SparkSession spark = SparkSession.builder().appName("nonplus " + input).getOrCreate();
    try (Scratch local = Scratch.open()) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      ModelChoice choice = model.choice();
      Storage folder =
          Storage.of(
              journals == null ? local.resolve("journals").toUri().toString() : journals,
              spark.sparkContext().hadoopConfiguration());
      List<Path> done =
          new WindowsOnCluster(context, choice, err::println)
              .run(input, parts(folder, context), folder, local);
      MergedRun run = MergedRun.of(done);
      try (ScoreFiles files =
          new ScoreFiles(
              Optional.ofNullable(perWindow),
              Optional.ofNullable(perToken),
              Optional.ofNullable(record),
              ModelPlace.of(choice.model()),
              input)) {
        run.result(new Display(spec.commandLine().getOut(), err, files, json));
      }
      return 0;
    } finally {
      spark.stop();
    }
  }

  private int parts(Storage folder, JavaSparkContext context) {
    if (parts != null) {
      if (parts < 1) {
        throw new RequestException("--parts is %d, at least 1 expected".formatted(parts));
      }
      return parts;
    }
    return folder.names().stream()
        .filter(name -> name.matches("part-[0-9]{6,}-of-[0-9]{6,}\\.journal"))
        .map(name -> Integer.parseInt(name.replaceFirst(".*-of-", "").replace(".journal", "")))
        .findFirst()
        .orElse(PARTS_OF_A_TASK * Math.max(1, context.defaultParallelism()));
  }

  /// Prints the result, and fills the files.
  private record Display(PrintWriter out, PrintWriter err, ScoreFiles files, boolean json)
      implements PerplexityRun.Listener {
    @Override
    public void note(String sentence) {
      err.println(sentence);
    }

    @Override
    public void window(WindowScore score, Tally tally, int total) {
      files.add(score, tally);
    }

    @Override
    public void result(Result result) {
      files.commit(result);
      if (json) {
        out.print(ResultJson.of(result) + "\n");
      } else {
        ResultText.of(result).forEach(line -> out.print(line + "\n"));
      }
    }
  }
}
