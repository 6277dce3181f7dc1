package io.github.nonplus.cli;

import io.github.nonplus.comparison.ComparedResults;
import io.github.nonplus.report.ComparisonJson;
import io.github.nonplus.report.ComparisonText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus compare`: results on the same windows against the first of them.
@Command(
    name = "compare",
    description = {
      "Compares results on the same windows with the first of them: differences with paired error"
          + " bars, and the windows and tokens that make them.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus compare dist/source.record dist/q4f16_0.record",
    })
final class Compare implements Callable<Integer> {
  private static final int MOST = 1000;

  @Parameters(
      arity = "1..*",
      paramLabel = "RECORD",
      description =
          "What calculate-perplexity --record wrote, or a folder of such files, the largest model of"
              + " which comes first. The first is the baseline.")
  @Reads
  List<Path> records;

  @Option(
      names = "--resolve",
      paramLabel = "PERPLEXITY",
      defaultValue = "0.01",
      description =
          "Say how many more windows a difference this small needs. Default: ${DEFAULT-VALUE}.")
  double resolution;

  @Option(
      names = "--worst",
      paramLabel = "N",
      defaultValue = "5",
      description = "Windows and tokens to name in each comparison. Default: ${DEFAULT-VALUE}.")
  int worst;

  @Option(names = "--json", description = "Print everything as JSON, and nothing else.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (!(resolution > 0) || resolution == Double.POSITIVE_INFINITY) {
      throw new Usage(spec).error("--resolve is %s, expected a number above 0", resolution);
    }
    new Usage(spec).within("--worst", worst, 0, MOST);
    ComparedResults results = ComparedResults.read(records);
    if (results.comparisons().isEmpty()) {
      throw new Usage(spec).error("one result alone has nothing to be compared with");
    }
    results.warnings().forEach(spec.commandLine().getErr()::println);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ScreenWriter.printJson(out, ComparisonJson.of(results, resolution, worst));
    } else {
      ComparisonText.of(results, resolution, worst).forEach(out::println);
    }
    return 0;
  }
}
