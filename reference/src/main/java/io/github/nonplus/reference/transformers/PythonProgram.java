package io.github.nonplus.reference.transformers;

import io.github.nonplus.failure.DeviceException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The Python that a user has.
final class PythonProgram {
  private static final List<String> NAMES = List.of("python3", "python", "python.exe");

  private PythonProgram() {}

  /// The one to compute with: that which the user names, or that which was set up, or the first on
  /// the PATH.
  static String toComputeWith(Optional<String> named) {
    return named
        .or(() -> PythonSetup.ofUser().program().map(Path::toString))
        .or(() -> onPath(System.getenv("PATH")))
        .orElseThrow(
            () ->
                new DeviceException(
                    "the engine transformers needs a Python, and there is none on the PATH: install Python 3.11 or newer, then let nonplus hf-calculate-perplexity --install set up the rest, or name one with --python; the engine pytorch needs none"));
  }

  /// The first one on a PATH. What it says of the current folder is passed over: what lies beside a
  /// model is not run.
  static Optional<String> onPath(String path) {
    for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
      for (String name : NAMES) {
        try {
          Path program = Path.of(folder, name);
          if (program.isAbsolute() && Files.isExecutable(program) && !Files.isDirectory(program)) {
            return Optional.of(program.toString());
          }
        } catch (InvalidPathException e) {
          // such an entry of the PATH names nothing
        }
      }
    }
    return Optional.empty();
  }
}
