package io.github.nonplus.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command in a process of its own, which can be killed.
final class ChildProcess {
  private ChildProcess() {}

  /// Starts it.
  ///
  /// @param out takes standard output, and `out` with `.err` at its end standard error
  static Process start(Path out, Path cache, Object... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-Dnonplus.cache=" + cache,
                "-classpath",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command)
        .redirectOutput(Redirect.to(out.toFile()))
        .redirectError(Redirect.to(out.resolveSibling(out.getFileName() + ".err").toFile()))
        .start();
  }
}
