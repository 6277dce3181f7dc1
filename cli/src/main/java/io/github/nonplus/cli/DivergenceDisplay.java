package io.github.nonplus.cli;

import io.github.nonplus.divergence.DivergenceRun;
import io.github.nonplus.divergence.DivergenceTally;
import io.github.nonplus.divergence.WindowDivergence;
import io.github.nonplus.report.DivergenceFiles;
import io.github.nonplus.report.DivergenceLines;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/// Shows a comparison: values on standard output, how far it is on standard error.
///
/// @param out where windows are printed, absent if they are not
record DivergenceDisplay(
    Optional<PrintWriter> out, PrintWriter err, ConsoleProgress progress, DivergenceFiles files)
    implements DivergenceRun.Listener {
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
