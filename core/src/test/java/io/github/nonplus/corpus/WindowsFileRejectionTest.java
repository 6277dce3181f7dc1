package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hostile and mistaken windows files: one sentence each, naming the line.
class WindowsFileRejectionTest {
  @TempDir Path directory;

  @Test
  void wordsAreRejected() {
    rejects("1 2\n3 four 5\n", "line 2 holds 'four', expected an id");
  }

  @Test
  void numbersWithAPointAreRejected() {
    rejects("1 2.0\n", "line 1 holds '2.0', expected an id");
  }

  @Test
  void leadingZerosAreRejectedBecauseEqualWindowsHaveEqualDigests() {
    rejects("1 02\n", "line 1 holds '02', expected an id (decimal digits without leading zeros)");
  }

  @Test
  void signsAreRejected() {
    rejects("1 +2\n", "line 1 holds '+2', expected an id");
  }

  @Test
  void negativeIdsAreRejected() {
    rejects("1 -2\n", "line 1 holds the negative id -2, expected 0 or more");
  }

  @Test
  void idsBeyond31BitsAreRejected() {
    rejects("1 2147483648\n", "line 1 holds the id 2147483648, which is above 2147483647");
    rejects("1 2\n1 " + "9".repeat(1000), "line 2 holds the id 999999999999999999999999…, which");
  }

  @Test
  void longWordsAreShownInPart() {
    rejects("x".repeat(100_000), "line 1 holds 'xxxxxxxxxxxxxxxxxxxxxxxx…', expected an id");
  }

  @Test
  void bytesThatAreNotTextAreShownAsNumbers() {
    rejects("1 2\n\ufeff1 2\n", "line 2 holds '\\xef\\xbb\\xbf1', expected an id");
    rejects("1\t2\n", "line 1 holds '1\\x092', expected an id");
  }

  @Test
  void zeroBytesAreRejected() {
    rejects("1\0 \0002\0\n\0", "line 1 has a zero byte, so this is not a text file");
  }

  @Test
  void carriageReturnsThatEndNoLineAreRejected() {
    String sentence = "has a carriage return that ends no line; put one window on each line, ended";
    rejects("1 2\n3 4\r5 6\n", "line 2 " + sentence);
    rejects("1 2\r\r\n", "line 1 " + sentence);
    rejects("1 2\r", "line 1 " + sentence);
  }

  @Test
  void emptyLinesAreRejected() {
    rejects("1 2\n\n3 4\n", "line 2 is empty, expected a window of ids; remove the line");
    rejects("1 2\n\n", "line 2 is empty");
  }

  @Test
  void emptyFileIsRejected() {
    rejects("", "is empty, expected one window of ids a line; make it with preprocess-input");
  }

  @Test
  void windowOfOneIdIsRejected() {
    rejects("1 2\n3\n", "line 2 is a window of one id, in which nothing can be scored");
    rejects("1 2\n3", "line 2 is a window of one id");
  }

  @Test
  void spacesOtherThanOneBetweenTwoIdsAreRejected() {
    String sentence = "has a space where an id is expected; put one space between two ids";
    rejects("1  2\n", "line 1 " + sentence);
    rejects(" 1 2\n", "line 1 " + sentence);
    rejects("1 2 \n", "line 1 " + sentence);
    rejects("1 2\n \n", "line 2 " + sentence);
    rejects("1 2 ", "line 1 " + sentence);
  }

  @Test
  void directoryIsRejected() {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> WindowsFile.read(directory))
        .withMessage(
            directory + " is a directory; give the file of windows that preprocess-input wrote");
  }

  @Test
  void missingFileIsRejected() {
    Path file = directory.resolve("nothing.txt");
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> WindowsFile.read(file))
        .withMessage(
            file
                + ", the file of windows, cannot be read: no such file or directory; "
                + "make one with preprocess-input");
  }

  @Test
  void fileOfAnyLengthWithoutALineIsRejectedAtItsFirstBytes() throws IOException {
    Path file = directory.resolve("huge.txt");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> WindowsFile.read(file))
        .withMessageContaining("line 1 has a zero byte");
  }

  @Test
  void fileLargerThanTheLimitIsRejected() throws IOException {
    Path file = Files.writeString(directory.resolve("large.txt"), "1 2\n3 4\n");
    WindowsFile.read(file, 8);
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> WindowsFile.read(file, 7))
        .withMessage(file + " is larger than 7 bytes, the most that is read at once; split it");
  }

  private void rejects(String text, String sentence) {
    Path file = directory.resolve("windows.txt");
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(
            () -> WindowsFile.read(Files.write(file, text.getBytes(StandardCharsets.UTF_8))))
        .withMessageStartingWith(file.toString())
        .withMessageContaining(sentence);
  }
}
