package io.github.nonplus.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The script `nonplus` in a folder where everything is built already, out of the classes under
/// test.
record Launcher(Path script) {
  static Launcher in(Path home) throws IOException {
    Path sources = Path.of("..");
    Files.createDirectories(home.resolve("build"));
    for (String file :
        List.of(
            "nonplus",
            "build/find-jdk.sh",
            "build/java-options",
            "build/compile-commands",
            "pom.xml")) {
      Files.copy(sources.resolve(file), home.resolve(file));
    }
    for (String module : List.of("core", "cli", "opencl", "reference")) {
      Files.createDirectories(home.resolve(module + "/src/main"));
      Files.copy(sources.resolve(module + "/pom.xml"), home.resolve(module + "/pom.xml"));
    }
    Path target = Files.createDirectories(home.resolve("cli/target"));
    Files.createDirectories(target.resolve("lib"));
    writeJar(target.resolve("nonplus-cli-0.jar"));
    Files.createFile(target.resolve("built"));
    return new Launcher(home.resolve("nonplus"));
  }

  /// A jar that only says where the classes are.
  private static void writeJar(Path jar) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Stream.of(classPath.split(java.io.File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
  }

  /// How to start a command, with caches and temporary files in a folder of their own.
  ProcessBuilder command(Path folder, Object... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(script.toString()));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .put(
            "NONPLUS_JAVA_OPTIONS",
            "-XX:TieredStopAtLevel=1 -Dnonplus.cache=%s -Djava.io.tmpdir=%s"
                .formatted(
                    folder.resolve("cache"), Files.createDirectories(folder.resolve("tmp"))));
    return builder
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile());
  }
}
