package io.github.nonplus.child;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How a process of a class of ours is started: by the Java that runs this, with the jars that it
/// needs, found where their classes were loaded from. So it does not matter whether a launcher, a
/// class path or a class loader of somebody's own brought them here.
public final class JavaProcess {
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
          "--enable-native-access=ALL-UNNAMED");

  /// Variables that would change the JVM under our hands, or make its last words long.
  private static final List<String> LEFT_OUT =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "RUST_BACKTRACE");

  private static final Path SHELL = Path.of("/bin/sh");

  /// An abort would otherwise leave the process's memory in a file where the user happens to be.
  private static final String WITHOUT_CORE = "ulimit -c 0; exec \"$@\"";

  private JavaProcess() {}

  /// How it is started; its arguments can be added to the command.
  ///
  /// @param needed a class of each jar that `main` needs
  /// @param options more for this JVM
  /// @throws IOException saying why there is no Java that could be started
  public static ProcessBuilder of(Class<?> main, List<Class<?>> needed, String... options)
      throws IOException {
    return of(main, needed, List.of(), options);
  }

  /// The same for what needs a jar without classes as well.
  ///
  /// @param jars each as a file
  public static ProcessBuilder of(
      Class<?> main, List<Class<?>> needed, List<Path> jars, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SHELL)) {
      command.addAll(List.of(SHELL.toString(), "-c", WITHOUT_CORE, SHELL.toString()));
    }
    command.add(java());
    command.addAll(OPTIONS);
    command.addAll(List.of(options));
    command.add("-classpath");
    List<String> places = new ArrayList<>(List.of(place(main)));
    for (Class<?> type : needed) {
      places.add(place(type));
    }
    jars.forEach(jar -> places.add(jar.toString()));
    command.add(places.stream().distinct().collect(Collectors.joining(File.pathSeparator)));
    command.add(main.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    LEFT_OUT.forEach(builder.environment()::remove);
    return builder;
  }

  /// The program `java` of this JVM's home; or, in an image without it, the program that runs.
  private static String java() throws IOException {
    Path home = Path.of(System.getProperty("java.home"), "bin");
    return Stream.of("java", "java.exe")
        .map(home::resolve)
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .or(() -> ProcessHandle.current().info().command().filter(JavaProcess::isJava))
        .orElseThrow(
            () ->
                new FileSystemException(
                    home.toString(),
                    null,
                    "there is no program java in %s; run with a whole Java".formatted(home)));
  }

  private static boolean isJava(String program) {
    return Path.of(program).getFileName().toString().matches("java(\\.exe)?");
  }

  private static String place(Class<?> type) throws IOException {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source != null && "file".equals(source.getLocation().getProtocol())) {
      try {
        return Path.of(source.getLocation().toURI()).toString();
      } catch (URISyntaxException e) {
        throw unplaced(type);
      }
    }
    throw unplaced(type);
  }

  private static FileSystemException unplaced(Class<?> type) {
    return new FileSystemException(
        type.getName(),
        null,
        ("%s was loaded from no jar or folder that a new Java could load it from; put it on the"
                + " class path as a file")
            .formatted(type.getName()));
  }
}
