package io.github.nonplus.device.opencl.hopper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The PTX that is shipped is what was compiled of the sources beside it: its first line is their
/// digest, which `src/main/cuda/build` writes.
class PtxTest {
  private static final Path SOURCES = Path.of("../opencl/src/main/cuda");
  private static final Path SHIPPED =
      Path.of("../opencl/src/main/resources/io/github/nonplus/device/opencl");

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(SHIPPED)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".ptx"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void isThatOfTheSources(String name) throws Exception {
    String kernel = name.replaceAll("hopper_([a-z]+)(_\\d+)?\\.ptx", "$1");
    String head = name.replaceAll("\\D", "");
    ByteArrayOutputStream sources = new ByteArrayOutputStream();
    for (String file : List.of(kernel + ".cu", "hopper.cuh", "product.cuh", "wgmma.cuh")) {
      sources.write(Files.readAllBytes(SOURCES.resolve(file)));
    }
    String definitions = head.isEmpty() ? "\n" : "-DHEAD=" + head + "\n";
    sources.write(definitions.getBytes(StandardCharsets.US_ASCII));
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(sources.toByteArray()));
    assertThat(Files.readAllLines(SHIPPED.resolve(name)).getFirst())
        .as("%s is out of date: run src/main/cuda/build", name)
        .isEqualTo("// sha256 %s of %s.cu", digest, kernel);
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
