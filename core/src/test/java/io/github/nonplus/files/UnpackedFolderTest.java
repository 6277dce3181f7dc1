package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.nonplus.SymbolicLink;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedFolderTest {
  @TempDir Path directory;

  private final List<String> notes = new ArrayList<>();
  private Path cache;
  private UnpackedFolder libraries;

  @BeforeEach
  void writeResources() throws IOException {
    Path jar = Files.createDirectory(directory.resolve("jar"));
    cache = directory.resolve("home/cache");
    libraries =
        new UnpackedFolder(
            cache.resolve("libraries-1"),
            Map.of(
                "one.so", Files.writeString(jar.resolve("1"), "first").toUri().toURL(),
                "two.so", Files.writeString(jar.resolve("2"), "second").toUri().toURL()));
  }

  @Test
  void filesAreUnpackedOnceWithASentenceAndTheirDigests() throws IOException {
    Path folder = libraries.open(notes::add);
    assertThat(folder.resolve("one.so")).hasContent("first");
    assertThat(folder.resolve("SHA-256")).content().contains("  one.so\n", "  two.so\n");
    libraries.open(notes::add);
    assertThat(notes)
        .containsExactly("Unpacking native libraries into %s, once.".formatted(folder));
  }

  @Test
  void aForeignFileOfTheRightLengthIsReplaced() throws IOException {
    Path folder = libraries.open(_ -> {});
    Files.writeString(folder.resolve("one.so"), "FIRST");
    libraries.open(notes::add);
    assertThat(folder.resolve("one.so")).hasContent("first");
    assertThat(notes)
        .containsExactly(
            "What was unpacked into %s is not as it was: unpacking it again.".formatted(folder));
  }

  @Test
  void whatWasUnpackedWithoutDigestsIsUnpackedAgain() throws IOException {
    Path folder = libraries.open(_ -> {});
    Files.delete(folder.resolve("SHA-256"));
    libraries.open(notes::add);
    assertThat(notes).hasSize(1);
    assertThat(folder.resolve("SHA-256")).exists();
  }

  @Test
  void aNewCacheIsForThisUserAlone() throws IOException {
    assumeTrue(
        Files.getFileStore(directory).supportsFileAttributeView("posix"), "no POSIX permissions");
    libraries.open(_ -> {});
    for (Path folder : List.of(cache, cache.getParent())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void aCacheThatOthersCanWriteToIsRefused() throws IOException {
    assumeTrue(
        Files.getFileStore(directory).supportsFileAttributeView("posix"), "no POSIX permissions");
    libraries.open(_ -> {});
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwx---"));
    assertRefused("others can write to it, so what it holds is not trusted; remove it");
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path folder = libraries.open(_ -> {});
    Path moved = Files.move(folder, directory.resolve("moved"));
    SymbolicLink.make(folder, moved);
    assertRefused("it is a symbolic link, so what it holds is not trusted; remove it");
  }

  /// Only root can make what is another user's.
  @Test
  void anotherUsersCacheIsRefused() throws IOException {
    assumeTrue(PrivateFolder.user().filter(user -> user == 0).isPresent(), "needs root");
    libraries.open(_ -> {});
    Files.setAttribute(cache, "unix:uid", 23456);
    assertRefused("it belongs to user 23456, and this is user 0, so what it holds is not trusted");
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(() -> libraries.open(notes::add))
        .isInstanceOfSatisfying(
            FileSystemException.class,
            refusal -> assertThat(refusal.getReason()).isEqualTo(reason));
  }
}
