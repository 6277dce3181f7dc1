package io.github.nonplus.reference.transformers;

import io.github.nonplus.failure.DeviceException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/// The Python that a user has.
final class PythonProgram {
  private static final List<String> NAMES = List.of("python3", "python", "python.exe");

  private PythonProgram() {}

  /// The first one on the PATH.
  static String onPath() {
    String path = System.getenv("PATH");
    for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
      for (String name : NAMES) {
        try {
          Path program = Path.of(folder, name);
          if (!folder.isEmpty() && Files.isExecutable(program) && !Files.isDirectory(program)) {
            return program.toString();
          }
        } catch (InvalidPathException e) {
          // such an entry of the PATH names nothing
        }
      }
    }
    throw new DeviceException(
        "the engine transformers needs a Python, and there is none on the PATH; name one with --python, or leave out --engine: the engine pytorch needs none");
  }
}
