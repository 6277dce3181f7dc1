package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What someone is told whose file is no JSON.
class JsonFileTest {
  @TempDir Path directory;

  private void isRefused(String content, String sentence) throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), content);
    assertThatThrownBy(() -> JsonFile.read(file, ModelException::new))
        .isInstanceOf(ModelException.class)
        .hasMessage(file + sentence);
  }

  @Test
  void aByteOrderMarkAndLineEndsOfWindowsArePassedOver() throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), "\uFEFF{\r\n\"a\": 1\r\n}\r\n");
    assertThat(JsonFile.read(file, ModelException::new).get("a").intValue()).isEqualTo(1);
  }

  @Test
  void aNumberThatIsNoneIsNamedWithItsLine() throws IOException {
    isRefused(
        "{\n \"rms_norm_eps\": NaN\n}",
        " is not valid JSON (NaN is no number in JSON at line 2, column 21); correct it, or download"
            + " it again");
    isRefused(
        "{\"a\": -Infinity}",
        " is not valid JSON (-Infinity is no number in JSON at line 1, column 16); correct it, or"
            + " download it again");
  }

  @Test
  void pythonWritesNumbersThatAreNone() throws IOException {
    Path file =
        Files.writeString(directory.resolve("config.json"), "{\"a\": [0.0, Infinity, NaN]}");
    var numbers = JsonFile.readOfPython(file, ModelException::new).get("a");
    assertThat(numbers.get(1).doubleValue()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(numbers.get(2).doubleValue()).isNaN();
  }

  @Test
  void aPointerOfGitLfsIsOne() throws IOException {
    isRefused(
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 2690602800\n",
        " is a Git LFS pointer, not the file itself, which has 2690602800 bytes; run git lfs pull"
            + " beside it, or download it again");
  }

  @Test
  void aWebPageIsOne() throws IOException {
    isRefused(
        "\n<!DOCTYPE html>\n<html></html>",
        " is not valid JSON but a web page; download the file itself, not the page that shows it");
  }

  @Test
  void aTextThatEndsTooEarlyIsToldWhere() throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), "{\n\"a\": 1,\n");
    assertThatThrownBy(() -> JsonFile.read(file, ModelException::new))
        .hasMessageContainingAll("is not valid JSON (", "at line 3", "download it again");
  }
}
