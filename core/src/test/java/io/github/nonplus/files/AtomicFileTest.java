package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.SymbolicLink;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.OutputException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path directory;

  @Test
  void contentReplacesAnOlderFile() throws IOException {
    Path target = Files.writeString(directory.resolve("f"), "old and longer");
    AtomicFile.write(target, out -> out.write('n'));
    assertThat(target).hasContent("n");
    assertThat(names()).containsExactly("f");
  }

  @Test
  void olderFileStaysUntilTheNewOneIsWhole() throws IOException {
    Path target = Files.writeString(directory.resolve("f"), "old");
    AtomicFile.write(
        target,
        out -> {
          out.write('n');
          out.flush();
          assertThat(target).hasContent("old");
        });
    assertThat(target).hasContent("n");
  }

  @Test
  void fullDiskIsOneSentenceAndLeavesNothingBehind() throws IOException {
    Path target = Files.writeString(directory.resolve("f"), "old");
    assertThatExceptionOfType(OutputException.class)
        .isThrownBy(
            () -> AtomicFile.write(target, out -> out.write(new byte[200_000]), FullDisk::new))
        .withMessage(
            target + " cannot be written: No space left on device; nothing was left behind");
    assertThat(target).hasContent("old");
    assertThat(names()).containsExactly("f");
  }

  @Test
  void failureOfTheContentLeavesNothingBehind() throws IOException {
    CorpusException failure = new CorpusException("the input is odd");
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(
            () ->
                AtomicFile.write(
                    directory.resolve("f"),
                    out -> {
                      out.write(1);
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(names()).isEmpty();
  }

  @Test
  void directoryIsNotReplaced() {
    rejects(directory, directory + " is a directory; give the name of a file to write");
  }

  @Test
  void missingDirectoryIsNamed() {
    Path target = directory.resolve("none/f");
    rejects(
        target,
        "%s cannot be written: there is no directory %s; create it first"
            .formatted(target, target.getParent()));
  }

  @Test
  void fileInsteadOfTheDirectoryIsNamed() throws IOException {
    Path target = Files.createFile(directory.resolve("g")).resolve("f");
    rejects(
        target,
        "%s cannot be written: there is no directory %s; create it first"
            .formatted(target, target.getParent()));
  }

  @Test
  void symbolicLinkIsFollowedNotReplaced() throws IOException {
    Path real = Files.writeString(directory.resolve("real"), "old");
    Path link = SymbolicLink.make(directory.resolve("link"), real);
    AtomicFile.write(link, out -> out.write('n'));
    assertThat(link).isSymbolicLink();
    assertThat(real).hasContent("n");
  }

  private static void rejects(Path target, String sentence) {
    assertThatExceptionOfType(OutputException.class)
        .isThrownBy(() -> AtomicFile.write(target, out -> out.write(1)))
        .withMessage(sentence);
    assertThatExceptionOfType(OutputException.class)
        .isThrownBy(() -> AtomicFile.check(target))
        .withMessage(sentence);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /// A disk with room for one buffer.
  private static final class FullDisk extends FilterOutputStream {
    private int room = 70_000;

    FullDisk(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      room -= length;
      if (room < 0) {
        throw new IOException("No space left on device");
      }
      out.write(bytes, offset, length);
    }
  }
}
