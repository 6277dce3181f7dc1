package io.github.nonplus.cli;

import io.github.nonplus.comparison.Comparability;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.report.page.ReportPage;
import io.github.nonplus.report.record.Labels;
import io.github.nonplus.report.record.RecordFolder;
import io.github.nonplus.report.record.ResultRecord;
import java.nio.charset.StandardCharsets;
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
    AtomicFile.check(output);
    List<ResultRecord> results =
        Labels.distinct(RecordFolder.read(records, spec.commandLine().getErr()::println));
    List<String> warnings = Comparability.check(results);
    warnings.forEach(spec.commandLine().getErr()::println);
    byte[] page = ReportPage.of(results, warnings).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(output, out -> out.write(page));
    spec.commandLine().getOut().println("Report: " + output);
    return 0;
  }
}
