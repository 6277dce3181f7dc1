package io.github.nonplus.tokenizer.fence;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.Platform;
import io.github.nonplus.failure.CorpusException;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/// How the process behind the fence is started: by the Java that runs this, with the few jars that
/// it needs, found where their classes were loaded from. So it does not matter whether a launcher,
/// a class path or a class loader of somebody's own brought them here.
final class JavaCommand {
  private static final List<Class<?>> NEEDED =
      List.of(TokenizerServer.class, TokenizersLibrary.class, Platform.class, LoggerFactory.class);

  /// Starts soon, stays small, and says nothing of its own on standard output or in files.
  private static final List<String> OPTIONS =
      List.of(
          "-Xshare:auto",
          "-Xlog:disable",
          "-Xlog:all=warning:stderr",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xms16m",
          "-Xmx2g",
          "-XX:-UsePerfData",
          "-XX:+SuppressFatalErrorMessage",
          "-XX:-CreateCoredumpOnCrash",
          "--enable-native-access=ALL-UNNAMED",
          // DJL would otherwise look for CUDA builds of its library to download, and report its
          // use.
          "-Dai.djl.offline=true",
          "-DOPT_OUT_TRACKING=true");

  /// By this DJL finds the library where it lies, instead of unpacking it into a folder of its own.
  private static final String LIBRARY = "RUST_LIBRARY_PATH";

  /// Variables that would change the JVM under our hands, or make its last words long.
  private static final List<String> LEFT_OUT =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "RUST_BACKTRACE");

  private static final Path SHELL = Path.of("/bin/sh");

  /// An abort would otherwise leave the process's memory in a file where the user happens to be.
  private static final String WITHOUT_CORE = "ulimit -c 0; exec \"$@\"";

  private JavaCommand() {}

  /// @param library the native library, as a file
  static ProcessBuilder server(Path library) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SHELL)) {
      command.addAll(List.of(SHELL.toString(), "-c", WITHOUT_CORE, SHELL.toString()));
    }
    command.add(java());
    command.addAll(OPTIONS);
    command.add("-classpath");
    command.add(
        NEEDED.stream()
            .map(JavaCommand::place)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(TokenizerServer.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    LEFT_OUT.forEach(builder.environment()::remove);
    builder.environment().put(LIBRARY, library.toString());
    return builder;
  }

  /// The program `java` of this JVM's home; or, in an image without it, the program that runs.
  private static String java() {
    Path home = Path.of(System.getProperty("java.home"), "bin");
    return Stream.of("java", "java.exe")
        .map(home::resolve)
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .or(() -> ProcessHandle.current().info().command().filter(JavaCommand::isJava))
        .orElseThrow(
            () ->
                new CorpusException(
                    ("tokenizers run in a process of their own, but there is no program java in %s;"
                            + " run with a whole Java")
                        .formatted(home)));
  }

  private static boolean isJava(String program) {
    return Path.of(program).getFileName().toString().matches("java(\\.exe)?");
  }

  private static String place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source != null && "file".equals(source.getLocation().getProtocol())) {
      try {
        return Path.of(source.getLocation().toURI()).toString();
      } catch (URISyntaxException e) {
        throw unplaced(type, e);
      }
    }
    throw unplaced(type, null);
  }

  private static CorpusException unplaced(Class<?> type, Exception cause) {
    return new CorpusException(
        ("tokenizers run in a process of their own, but %s was loaded from no jar or folder that a"
                + " new Java could load it from; put it on the class path as a file")
            .formatted(type.getName()),
        cause);
  }
}
