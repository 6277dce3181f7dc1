package io.github.nonplus.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The command in a process of its own, which can be killed.
final class ChildProcess {
  /// Of util-linux.
  static final Path SCRIPT = Path.of("/usr/bin/script");

  private static final String VECTORS = "--add-modules=jdk.incubator.vector";

  private ChildProcess() {}

  /// Starts it.
  ///
  /// @param out takes standard output, and `out` with `.err` at its end standard error
  static Process start(Path out, Path cache, Object... arguments) throws IOException {
    return started(out, command(cache, arguments));
  }

  /// Starts it in a Java without the Vector API, also where the runtime would have it by default.
  static Process startWithoutVectors(Path out, Path cache, Object... arguments) throws IOException {
    List<String> command = command(cache, arguments);
    String others =
        ModuleFinder.ofSystem().findAll().stream()
            .map(module -> module.descriptor().name())
            .filter(name -> !VECTORS.endsWith(name))
            .collect(Collectors.joining(","));
    command.set(command.indexOf(VECTORS), "--limit-modules=" + others);
    return started(out, command);
  }

  private static Process started(Path out, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectOutput(Redirect.to(out.toFile()))
        .redirectError(Redirect.to(out.resolveSibling(out.getFileName() + ".err").toFile()))
        .start();
  }

  /// How to start it where its caches and temporary files are to lie in folders of their own, and
  /// what it prints in files beside them.
  ///
  /// @param folder which gets `tmp`, `out` and `err`
  static ProcessBuilder within(Path folder, Path cache, Object... arguments) throws IOException {
    List<String> command = command(cache, arguments);
    Path tmp = Files.createDirectories(folder.resolve("tmp"));
    command.add(1, "-Djava.io.tmpdir=" + tmp);
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile());
  }

  /// Starts it on a terminal of its own, which the program `script` makes: what is written to the
  /// process is typed there, and `out` takes all that is shown. A shell that runs the tests in its
  /// background has SIGINT ignored, which processes inherit; the one on a terminal does not.
  static Process onTerminal(Path out, Path cache, Object... arguments) throws IOException {
    String quoted =
        command(cache, arguments).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" ", "exec env --default-signal=INT ", ""));
    return new ProcessBuilder(SCRIPT.toString(), "-qec", quoted, "/dev/null")
        .redirectOutput(Redirect.to(out.toFile()))
        .redirectErrorStream(true)
        .start();
  }

  private static List<String> command(Path cache, Object... arguments) {
    List<String> command = new ArrayList<>(java(cache, Main.class));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  /// How a process of `main` is started; its arguments follow.
  static List<String> java(Path cache, Class<?> main) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED",
        VECTORS,
        "-Dnonplus.cache=" + cache,
        "-classpath",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        main.getName());
  }
}
