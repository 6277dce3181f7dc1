package io.github.nonplus.cli;

import io.github.nonplus.divergence.DivergenceResult;
import io.github.nonplus.divergence.DivergenceTally;
import io.github.nonplus.divergence.WindowDivergence;
import io.github.nonplus.measurement.TextDivergence;
import io.github.nonplus.measurement.WindowsAccount;
import io.github.nonplus.report.DivergenceFiles;
import io.github.nonplus.report.DivergenceLines;
import io.github.nonplus.report.DivergenceText;
import io.github.nonplus.report.WindowsText;
import io.github.nonplus.report.record.ResultJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;

/// Shows a comparison: values on standard output, how far it is on standard error.
///
/// @param out where windows are printed, absent if they are not
record DivergenceDisplay(
    Optional<PrintWriter> out, PrintWriter err, ConsoleProgress progress, DivergenceFiles files)
    implements TextDivergence.Listener {
  /// Runs a comparison and shows its result.
  ///
  /// @param model the candidate
  /// @param windows the file that holds them, unless the comparison tells
  /// @return the exit code
  static int show(
      ScoreOptions scores,
      CommandLine command,
      Path model,
      Optional<Path> windows,
      Function<DivergenceDisplay, DivergenceResult> comparison) {
    PrintWriter out = command.getOut();
    DivergenceResult result;
    try (DivergenceFiles files = scores.beginComparison(model);
        ConsoleProgress progress = ConsoleProgress.on(command.getErr(), "windows")) {
      windows.ifPresent(files::begin);
      Optional<PrintWriter> lines = scores.json ? Optional.empty() : Optional.of(out);
      result = comparison.apply(new DivergenceDisplay(lines, command.getErr(), progress, files));
      files.commit(result);
    }
    if (scores.json) {
      ScreenWriter.printJson(out, ResultJson.of(result));
    } else {
      DivergenceText.of(result).forEach(out::println);
    }
    return 0;
  }

  @Override
  public void windows(WindowsAccount windows) {
    files.begin(windows.file());
    out.ifPresent(lines -> WindowsText.of(windows).forEach(lines::println));
  }

  @Override
  public void note(String sentence) {
    err.println(sentence);
  }

  @Override
  public void window(WindowDivergence window, DivergenceTally tally, int total) {
    files.add(window, tally);
    out.ifPresent(
        lines -> {
          progress.wipe();
          lines.println(DivergenceLines.of(window, tally, total));
          lines.flush();
        });
    progress.update(
        tally.windows(), total, String.format(Locale.ROOT, "KL divergence %.6f", tally.meanKld()));
  }
}
