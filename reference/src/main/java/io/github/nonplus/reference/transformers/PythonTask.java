package io.github.nonplus.reference.transformers;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.files.Interruption;
import io.github.nonplus.files.Reason;
import io.github.nonplus.progress.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Python that is run to its end, while what it says is passed on.
///
/// @param python its program
/// @param note is told each line
/// @param progress is told how far a download is, in bytes, as pip's raw progress says it
record PythonTask(String python, Consumer<String> note, Progress progress) {
  private static final Pattern PROGRESS = Pattern.compile("Progress (\\d{1,15}) of (\\d{1,15})");

  /// The same with another program.
  PythonTask with(String other) {
    return new PythonTask(other, note, progress);
  }

  /// Runs it.
  ///
  /// @param purpose completes "it cannot"
  /// @throws DeviceException with its last line, if it fails
  void run(String purpose, String... arguments) {
    try {
      Process process = PythonCommand.of(python, arguments).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String last;
      // What it still wrote would outlive the folder that it writes to.
      try (var _ = Interruption.lastWords(process::destroy)) {
        last = listen(process);
      }
      if (process.waitFor() != 0) {
        throw new DeviceException(
            "the Python %s cannot %s%s; name another one with --python"
                .formatted(python, purpose, last.isEmpty() ? "" : ": " + last));
      }
    } catch (IOException e) {
      throw new DeviceException(
          "the Python %s does not start: %s; name another one with --python"
              .formatted(python, Reason.of(e)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeviceException("waiting for Python was interrupted", e);
    }
  }

  /// Passes on what a process says, until it is silent for good.
  ///
  /// @return its last line
  private String listen(Process process) throws IOException {
    String last = "";
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher matcher = PROGRESS.matcher(line.strip());
        if (matcher.matches()) {
          long total = Long.parseLong(matcher.group(2));
          progress.update(Long.parseLong(matcher.group(1)), total, "");
        } else if (!line.isBlank()) {
          last = line.strip();
          note.accept(last);
        }
      }
    }
    return last;
  }
}
