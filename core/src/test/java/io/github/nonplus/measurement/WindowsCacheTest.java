package io.github.nonplus.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.corpus.WindowsOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowsCacheTest {
  private static final int KIB = 1024;

  @TempDir Path temporary;

  private Path directory;

  @BeforeEach
  void begin() {
    directory = temporary.resolve("windows");
    cache().place("first", _ -> {}); // makes the folder, which is the user's alone
  }

  private WindowsCache cache() {
    return new WindowsCache(directory, 50 * KIB, Duration.ofDays(2));
  }

  private Path kept(String key, int bytes, int days) throws IOException {
    Path file = Files.write(place(key), new byte[bytes]);
    Files.writeString(WindowsOrigin.path(file), "{}");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
    return file;
  }

  private Path place(String key) {
    return directory.resolve(key + ".windows");
  }

  @Test
  void whatWasNotUsedForTheLongestTimeGoesAndThatIsSaidOnce() throws IOException {
    Path oldest = kept("a", 40 * KIB, 30);
    Path older = kept("b", 40 * KIB, 20);
    Path recent = kept("c", 40 * KIB, 10);
    Path other = Files.write(directory.resolve("other"), new byte[100 * KIB]);
    List<String> notes = new ArrayList<>();
    assertThat(cache().place("d", notes::add)).isEqualTo(place("d"));
    assertThat(oldest).doesNotExist();
    assertThat(older).doesNotExist();
    assertThat(WindowsOrigin.path(older)).doesNotExist();
    assertThat(recent).exists();
    assertThat(other).exists();
    assertThat(notes).hasSize(1).first().asString().contains("of 2 texts");
    cache().place("e", notes::add);
    assertThat(notes).hasSize(1);
  }

  /// A run of days reads its windows once more when it is done.
  @Test
  void whatWasUsedRecentlyStays() throws IOException {
    Path used = kept("a", 80 * KIB, 1);
    cache().place("b", _ -> {});
    assertThat(used).exists();
  }
}
