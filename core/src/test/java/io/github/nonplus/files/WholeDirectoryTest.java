package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.SymbolicLink;
import io.github.nonplus.failure.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeDirectoryTest {
  @TempDir Path parent;

  private WholeDirectory create(Path target) {
    return WholeDirectory.create(target, names -> names.equals(Set.of("ours")));
  }

  private void write(Path target, String text) throws IOException {
    try (WholeDirectory directory = create(target)) {
      Files.writeString(directory.path().resolve("ours"), text);
      directory.commit();
    }
  }

  @Test
  void nothingIsThereBeforeTheCommit() throws IOException {
    Path target = parent.resolve("new/deeply/target");
    try (WholeDirectory directory = create(target)) {
      Files.writeString(directory.path().resolve("ours"), "half");
      assertThat(target).doesNotExist();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void anEarlierResultIsReplaced() throws IOException {
    Path target = parent.resolve("target");
    write(target, "first");
    write(target, "second");
    assertThat(target.resolve("ours")).hasContent("second");
    assertThat(parent).isDirectoryNotContaining(file -> !file.equals(target));
  }

  @Test
  void anEarlierResultStaysIfTheNextFails() throws IOException {
    Path target = parent.resolve("target");
    write(target, "first");
    try (WholeDirectory directory = create(target)) {
      Files.writeString(directory.path().resolve("ours"), "half");
    }
    assertThat(target.resolve("ours")).hasContent("first");
    assertThat(parent).isDirectoryNotContaining(file -> !file.equals(target));
  }

  @Test
  void anEmptyDirectoryIsFilled() throws IOException {
    Path target = Files.createDirectory(parent.resolve("target"));
    write(target, "text");
    assertThat(target.resolve("ours")).hasContent("text");
  }

  @Test
  void aLinkedDirectoryIsFilledWhereTheLinkLeads() throws IOException {
    Path real = Files.createDirectory(parent.resolve("real"));
    Path link = SymbolicLink.make(parent.resolve("link"), real);
    write(link, "text");
    assertThat(real.resolve("ours")).hasContent("text");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void somebodyElsesDirectoryIsNotReplaced() throws IOException {
    Path target = Files.createDirectory(parent.resolve("target"));
    Files.writeString(target.resolve("thesis.txt"), "text");
    assertThatThrownBy(() -> create(target))
        .isInstanceOf(OutputException.class)
        .hasMessageContainingAll(target.toString(), "thesis.txt");
    Files.delete(target.resolve("thesis.txt"));
    Files.createDirectory(target.resolve("ours"));
    assertThatThrownBy(() -> create(target)).isInstanceOf(OutputException.class);
  }

  @Test
  void aFileIsNotReplaced() throws IOException {
    Path target = Files.writeString(parent.resolve("target"), "text");
    assertThatThrownBy(() -> create(target))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("is a file");
    assertThatThrownBy(() -> create(target.resolve("below")))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("cannot be written");
    assertThat(target).hasContent("text");
  }
}
