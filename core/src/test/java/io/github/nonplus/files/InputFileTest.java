package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.SymbolicLink;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Only regular files are read; what else there is, is named.
@Timeout(60)
class InputFileTest {
  @TempDir Path directory;

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "makes a pipe in the file system")
  void pipesDevicesAndDirectoriesAreNamedAsWhatTheyAre() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    refused(pipe, "it is a pipe, which can be read only once, expected a regular file");
    Path link = SymbolicLink.make(directory.resolve("link"), Path.of("/dev/zero"));
    refused(link, "it is a device, expected a regular file");
    Files.delete(link);
    refused(directory, "it is a directory, expected a regular file");
  }

  private static void refused(Path path, String reason) {
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> InputFile.stream(path))
        .satisfies(e -> assertThat(Reason.of(e)).isEqualTo(reason));
    assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> InputFile.channel(path));
    assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> InputFile.bytes(path));
  }

  @Test
  void regularFilesAreReadThroughLinksAndAbsentOnesAreAbsent() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "abc");
    Path link = SymbolicLink.make(directory.resolve("link"), file);
    assertThat(InputFile.bytes(link)).asString().isEqualTo("abc");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> InputFile.stream(directory.resolve("none")));
  }
}
