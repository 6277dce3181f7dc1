package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.SymbolicLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePlaceTest {
  @TempDir Path folder;

  @Test
  void twoSpellingsOfOnePathAreOnePlace() throws IOException {
    Files.createDirectory(folder.resolve("a"));
    assertSame(folder.resolve("new"), folder.resolve("a/../new"));
    assertSame(folder.resolve("new/deeper"), folder.resolve("./new/./deeper"));
    assertThat(same(folder.resolve("new"), folder.resolve("a/new"))).isFalse();
  }

  @Test
  void linksAreFollowedToWhatDoesNotExistYet() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = SymbolicLink.make(folder.resolve("link"), Path.of("real"));
    assertSame(real.resolve("new"), link.resolve("new"));
    Path dangling = SymbolicLink.make(folder.resolve("dangling"), Path.of("real/new"));
    assertSame(real.resolve("new"), dangling);
    assertSame(real.resolve("new"), SymbolicLink.make(folder.resolve("again"), dangling));
  }

  @Test
  void hardLinksAreOneFile() throws IOException {
    Path one = Files.writeString(folder.resolve("one"), "text");
    assertSame(one, Files.createLink(folder.resolve("other"), one));
  }

  @Test
  void linksInACircleAreWhatTheyAre() throws IOException {
    Path circle = SymbolicLink.make(folder.resolve("circle"), Path.of("circle"));
    assertThat(same(circle, folder.resolve("other"))).isFalse();
  }

  @Test
  void aPlaceLiesWithinEveryFolderAboveIt() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = SymbolicLink.make(folder.resolve("link"), real);
    assertThat(FilePlace.of(real.resolve("a/b")).isWithin(FilePlace.of(link))).isTrue();
    assertThat(FilePlace.of(link).isWithin(FilePlace.of(real))).isTrue();
    assertThat(FilePlace.of(folder).isWithin(FilePlace.of(real))).isFalse();
    assertThat(FilePlace.of(folder.resolve("real2")).isWithin(FilePlace.of(real))).isFalse();
  }

  private static void assertSame(Path one, Path other) {
    assertThat(same(one, other)).as("%s is %s", one, other).isTrue();
    assertThat(same(other, one)).as("%s is %s", other, one).isTrue();
  }

  private static boolean same(Path one, Path other) {
    return FilePlace.of(one).isSame(FilePlace.of(other));
  }
}
