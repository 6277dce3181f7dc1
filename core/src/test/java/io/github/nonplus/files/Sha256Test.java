package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  @TempDir Path directory;

  @Test
  void digestOfAbcIsTheStandardsExample() throws IOException {
    String digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertThat(Sha256.of(new byte[] {'a', 'b', 'c'})).isEqualTo(digest);
    assertThat(Sha256.of(Files.writeString(directory.resolve("f"), "abc"))).isEqualTo(digest);
  }

  @Test
  void fileLongerThanTheBufferIsDigestedWhole() throws IOException {
    byte[] bytes = new byte[200_000];
    bytes[199_999] = 1;
    assertThat(Sha256.of(Files.write(directory.resolve("f"), bytes))).isEqualTo(Sha256.of(bytes));
  }
}
