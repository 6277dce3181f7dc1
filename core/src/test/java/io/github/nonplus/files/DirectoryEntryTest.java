package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryEntryTest {
  @TempDir Path folder;

  @Test
  void aFileThatIsHeldForAMomentIsWaitedFor() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    DirectoryEntry.patiently(() -> refuseUntil(tries, 4), Duration.ofSeconds(10));
    assertThat(tries).hasValue(4);
  }

  @Test
  void withoutPatienceTheFirstRefusalIsTheLast() {
    AtomicInteger tries = new AtomicInteger();
    assertThatThrownBy(() -> DirectoryEntry.patiently(() -> refuseUntil(tries, 2), Duration.ZERO))
        .isInstanceOf(AccessDeniedException.class);
    assertThat(tries).hasValue(1);
  }

  @Test
  void whatIsNotThereIsNotWaitedFor() {
    long start = System.nanoTime();
    assertThatThrownBy(() -> DirectoryEntry.patiently(DirectoryEntryTest::miss, Duration.ofDays(1)))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofHours(1));
  }

  private static void refuseUntil(AtomicInteger tries, int last) throws IOException {
    if (tries.incrementAndGet() < last) {
      throw new AccessDeniedException("a file");
    }
  }

  private static void miss() throws IOException {
    throw new NoSuchFileException("a file");
  }

  @Test
  void whatIsOpenOrMappedIsSeen() throws IOException {
    assumeTrue(WatchedEntries.areVisible(), "this system does not show what is open");
    Path inside = Files.writeString(Files.createDirectory(folder.resolve("a")).resolve("f"), "x");
    try (WatchedEntries watched = WatchedEntries.begin();
        Arena arena = Arena.ofConfined()) {
      try (FileChannel channel = FileChannel.open(inside)) {
        channel.map(MapMode.READ_ONLY, 0, 1, arena);
      }
      DirectoryEntry.move(folder.resolve("a"), folder.resolve("b"));
      assertThat(watched.violations()).hasSize(1).first().asString().startsWith("mapped: ");
    }
    try (WatchedEntries watched = WatchedEntries.begin();
        OutputStream _ = Files.newOutputStream(folder.resolve("b/f"))) {
      DirectoryEntry.delete(folder.resolve("b/f"));
      assertThat(watched.violations()).hasSize(1).first().asString().startsWith("open: ");
    }
  }

  @Test
  void draftsAndFoldersHaveNothingOpenWhenTheyTakeTheirPlace() throws IOException {
    assumeTrue(WatchedEntries.areVisible(), "this system does not show what is open");
    Path file = Files.writeString(folder.resolve("file"), "earlier");
    Path whole = Files.createDirectory(folder.resolve("whole"));
    ForcedFile.write(whole.resolve("1"), "earlier");
    try (WatchedEntries watched = WatchedEntries.begin()) {
      AtomicFile.write(file, out -> out.write(1));
      try (WholeDirectory replaced = WholeDirectory.create(whole, _ -> true)) {
        ForcedFile.write(replaced.path().resolve("1"), "later");
        replaced.commit();
      }
      assertThat(watched.violations()).isEmpty();
      assertThat(watched.seen()).isGreaterThan(6);
    }
  }
}
