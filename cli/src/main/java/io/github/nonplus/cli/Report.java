package io.github.nonplus.cli;

import io.github.nonplus.report.page.ReportPage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus report`: one page to look at.
@Command(
    name = "report",
    description = {
      "Makes one page of HTML of one or more results on the same windows: perplexity with error"
          + " bars, loss by position and kind of token, the worst passages, the receipt. The page"
          + " needs no network and runs no script.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus report dist/source.record dist/q4f16_0.record \\",
      "      --output dist/report.html",
    })
final class Report implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "RECORD",
      description =
          "What calculate-perplexity --record wrote, or a folder of such files, the largest model of"
              + " which comes first. The first is the baseline.")
  @Reads
  List<Path> records;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The page to write.")
  @Writes(Writes.Form.FILE)
  Path output;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    ReportPage.write(records, output).forEach(spec.commandLine().getErr()::println);
    spec.commandLine().getOut().println("Report: " + output);
    return 0;
  }
}
