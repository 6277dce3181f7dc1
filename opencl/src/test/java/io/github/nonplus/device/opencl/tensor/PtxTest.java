package io.github.nonplus.device.opencl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.nonplus.files.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The PTX that is shipped is what was compiled of the sources beside it: its first line is their
/// digest, its second that of what follows, which `src/main/cuda/build` writes.
class PtxTest {
  private static final Path SOURCES = Path.of("../opencl/src/main/cuda");
  private static final Path SHIPPED =
      Path.of("../opencl/src/main/resources/io/github/nonplus/device/opencl");

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(SHIPPED)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".ptx.gz"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void isThatOfTheSources(String name) throws Exception {
    String[] parts = name.replace(".ptx.gz", "").split("_");
    boolean forHopper = parts[0].equals("hopper");
    boolean hasOwnSource = parts[1].equals("attend") && !forHopper;
    String source = parts[1] + (hasOwnSource ? "_mma.cu" : ".cu");
    List<String> definitions = new ArrayList<>();
    if (!forHopper && !hasOwnSource) {
      definitions.add("-DMMA");
    }
    if (parts.length == 3) {
      definitions.add("-DHEAD=" + parts[2]);
    }
    ByteArrayOutputStream sources = new ByteArrayOutputStream();
    sources.write(Files.readAllBytes(SOURCES.resolve(source)));
    for (Path header : headers()) {
      sources.write(Files.readAllBytes(header));
    }
    sources.write((String.join(" ", definitions) + "\n").getBytes(StandardCharsets.US_ASCII));
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(sources.toByteArray()));
    assertThat(new String(text(name), StandardCharsets.US_ASCII).lines().findFirst())
        .as("%s is out of date: run src/main/cuda/build", name)
        .hasValue("// sha256 %s of %s".formatted(digest, source));
  }

  @ParameterizedTest
  @MethodSource("names")
  void isAsItWasCompiled(String name) throws Exception {
    byte[] all = text(name);
    int first = indexOfLine(all, 0);
    int second = indexOfLine(all, first);
    byte[] body = Arrays.copyOfRange(all, second, all.length);
    assertThat(new String(all, first, second - first, StandardCharsets.US_ASCII))
        .as("%s was changed by hand: run src/main/cuda/build", name)
        .isEqualTo("// sha256 %s of what follows\n", Sha256.of(body));
  }

  private static byte[] text(String name) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(SHIPPED.resolve(name)))) {
      return in.readAllBytes();
    }
  }

  private static int indexOfLine(byte[] text, int from) {
    int at = from;
    while (text[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  private static List<Path> headers() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".cuh")).sorted().toList();
    }
  }

  @Test
  void theProductInstructionsAreWhatTheirScriptWrites() throws Exception {
    Process python;
    try {
      python =
          new ProcessBuilder("python3", "wgmma.py")
              .directory(SOURCES.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      abort("skipped: there is no python3 here");
      return;
    }
    String written = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(written)
        .as("run src/main/cuda/build")
        .isEqualTo(Files.readString(SOURCES.resolve("wgmma.cuh")));
  }
}
