package io.github.nonplus.perplexity;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.failure.NonplusException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads directories of models from standard input, one a line, each with its windows in
/// `windows.txt`, and answers each with a line: `loss` and the mean loss on the CPU, `refused` and
/// the sentence, or `failed` and the exception that is a fault.
public final class LossesOfMany {
  private static final PerplexityRun.Listener NOBODY =
      new PerplexityRun.Listener() {
        @Override
        public void note(String sentence) {}

        @Override
        public void window(WindowScore score, Tally tally, int total) {}
      };

  private LossesOfMany() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(answer(Path.of(line)).replaceAll("\\s+", " "));
      System.out.flush();
    }
  }

  private static String answer(Path model) {
    Request request =
        new Request(
            model,
            Optional.empty(),
            "cpu",
            new DeviceOptions(1, Optional.empty()),
            model.resolve("windows.txt"),
            OptionalInt.empty(),
            OptionalInt.empty());
    try {
      return "loss " + PerplexityRun.of(request, NOBODY).meanNll();
    } catch (NonplusException e) {
      return "refused " + e.getMessage();
    } catch (RuntimeException e) {
      return "failed " + e;
    }
  }
}
