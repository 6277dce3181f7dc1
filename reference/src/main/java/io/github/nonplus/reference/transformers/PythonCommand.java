package io.github.nonplus.reference.transformers;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// How a Python is started so that it runs its own code and that of its packages, and nothing else.
/// `python -c` otherwise looks into the current folder first, where a `torch.py` beside a model
/// would be taken for the library, and variables such as PYTHONPATH lead anywhere. `-I` would do,
/// but hides the packages that `pip install --user` installs; `-P` is unknown before Python 3.11.
final class PythonCommand {
  private PythonCommand() {}

  /// Runs `arguments`; what is in the current folder, or in variables of Python's, has no effect.
  static ProcessBuilder of(String python, String... arguments) {
    Path program = Path.of(python);
    String found = program.getNameCount() > 1 ? program.toAbsolutePath().toString() : python;
    List<String> command = Stream.concat(Stream.of(found), Arrays.stream(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(Path.of(System.getProperty("java.home")).toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PYTHON"));
    environment.put("PYTHONSAFEPATH", "1");
    environment.put("PYTHONUNBUFFERED", "1");
    return builder;
  }
}
