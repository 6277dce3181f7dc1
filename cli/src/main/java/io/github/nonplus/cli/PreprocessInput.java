package io.github.nonplus.cli;

import io.github.nonplus.corpus.SlidingWindows;
import io.github.nonplus.files.AtomicFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `nonplus preprocess-input`: from a text to its file of windows.
@Command(
    name = "preprocess-input",
    description = "Tokenizes a text and writes its windows of token ids, one a line.",
    mixinStandardHelpOptions = true)
final class PreprocessInput implements Callable<Integer> {
  @Option(names = "--destination", required = true, paramLabel = "FILE")
  Path destination;

  @Option(names = "--window", defaultValue = "256", paramLabel = "N")
  int window;

  @Option(names = "--stride", defaultValue = "128", paramLabel = "N")
  int stride;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    SlidingWindows windows;
    try {
      windows = new SlidingWindows(window, stride);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    AtomicFile.check(destination);
    spec.commandLine().getOut().println(windows);
    return 0;
  }
}
