package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTest {
  @TempDir Path directory;

  @Test
  void fileIsTakenVerbatim() throws IOException {
    String content = "\ufeffA line\r\n\r\nand 𝄞 no more";
    Text text = Text.read(Files.writeString(directory.resolve("t"), content));
    assertThat(text.content()).isEqualTo(content);
    assertThat(text.bytes()).isEqualTo(content.getBytes(StandardCharsets.UTF_8).length);
    assertThat(text).isEqualTo(Text.of(text.name(), content));
  }

  @Test
  void malformedByteIsNamedWithLineAndOffset() throws IOException {
    Path file = Files.write(directory.resolve("t"), new byte[] {'a', '\n', 'b', (byte) 0xff, 'c'});
    rejects(
        file,
        file + " is not UTF-8: line 2 has the byte 0xff at offset 3; convert the file to UTF-8");
  }

  @Test
  void characterCutOffAtTheEndIsMalformed() throws IOException {
    Path file = Files.write(directory.resolve("t"), new byte[] {'a', (byte) 0xe2, (byte) 0x82});
    rejects(
        file,
        file + " is not UTF-8: line 1 has the byte 0xe2 at offset 1; convert the file to UTF-8");
  }

  @Test
  void emptyFileIsRejected() throws IOException {
    Path file = Files.createFile(directory.resolve("t"));
    rejects(file, file + " is empty, expected a text; give another file");
  }

  @Test
  void directoryIsRejected() {
    rejects(directory, directory + " is a directory; give a file of text");
  }

  @Test
  void missingFileIsRejected() {
    Path file = directory.resolve("t");
    rejects(
        file,
        "the text " + file + " cannot be read: no such file or directory; give a file of text");
  }

  @Test
  void fileTooLargeToTokenizeIsRejected() throws IOException {
    Path file = directory.resolve("t");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(Text.MAX_BYTES + 1L);
    }
    rejects(file, file + " is larger than 32 MiB, the most that is held in memory; split it");
  }

  private static void rejects(Path file, String sentence) {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> Text.read(file))
        .withMessage(sentence);
  }
}
