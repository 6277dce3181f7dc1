package io.github.nonplus.measurement;

import io.github.nonplus.corpus.Windowing;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.files.CacheDirectory;
import io.github.nonplus.files.Leftovers;
import io.github.nonplus.files.PrivateFolder;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.tokenizer.Tokenizer;
import io.github.nonplus.version.Build;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Files of windows that were made before, each under a name that says all it was made of: text,
/// tokenizer, protocol, sizes, and the build that made it. So what is there under a name is what
/// would be made again.
///
/// @param most bytes of all files; beyond that, those that were not used for the longest time go
/// @param rest a file that was used within this time stays in any case: a run may need it still
record WindowsCache(Path directory, long most, Duration rest) {
  private static final String ENDING = ".windows";
  private static final long MOST = 512L << 20;
  private static final Duration REST = Duration.ofDays(2);

  /// The one of this user.
  static WindowsCache ofUser() {
    return new WindowsCache(CacheDirectory.ofUser().resolve("windows"), MOST, REST);
  }

  /// The name of windows.
  ///
  /// @param texts names and digests
  static String key(
      WindowsRequest request, ProtocolWindows size, Tokenizer tokenizer, String texts) {
    String all =
        List.of(
                texts,
                request.rowText(),
                tokenizer.digest(),
                tokenizer.bos(),
                tokenizer.eos(),
                request.protocol().name(),
                request.spelled(),
                size,
                Build.sha256(WindowsCache.class))
            .toString();
    return Sha256.of(all.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  /// The file of that name, if it is whole.
  ///
  /// @param texts what the protocol made of the documents, in words
  Optional<WindowsAccount> find(String key, Protocol protocol, Windowing windowing, String texts) {
    Path path = file(key);
    open();
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    try {
      WindowsFile file = WindowsFile.read(path);
      used(path);
      long scored = 0;
      for (int w = 0; w < file.windows().count(); w++) {
        scored += file.windows().scored(w);
      }
      int windows = file.windows().count();
      long ids = scored;
      return WindowsOrigin.beside(file)
          .map(
              origin ->
                  new WindowsAccount(
                      path,
                      false,
                      protocol,
                      windowing,
                      texts,
                      origin,
                      file.extent(),
                      windows,
                      ids));
    } catch (CorpusException e) {
      return Optional.empty(); // damaged: it is made again
    }
  }

  /// The time of its last change is that of its last use.
  private static void used(Path path) {
    try {
      Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
    } catch (IOException e) {
      // then it counts as older than it is
    }
  }

  /// Removes the files that were not used for the longest time, until the rest is small enough.
  ///
  /// @param note is told of it, in a sentence
  private void bound(Consumer<String> note) throws IOException {
    List<Kept> kept = new ArrayList<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path path : all.filter(each -> each.toString().endsWith(ENDING)).toList()) {
        kept.add(new Kept(path, Files.getLastModifiedTime(path).toInstant(), Files.size(path)));
      }
    }
    kept.sort(Comparator.comparing(Kept::used));
    long bytes = kept.stream().mapToLong(Kept::bytes).sum();
    int removed = 0;
    Instant recently = Instant.now().minus(rest);
    for (Kept each : kept) {
      if (bytes > most && each.used.isBefore(recently)) {
        Files.deleteIfExists(each.path);
        Files.deleteIfExists(WindowsOrigin.path(each.path));
        bytes -= each.bytes;
        removed++;
      }
    }
    if (removed > 0) {
      note.accept(
          "Removed from %s the windows that were not used for the longest time, of %d text%s: it is to hold %d MB"
              .formatted(directory, removed, removed == 1 ? "" : "s", most >> 20));
    }
  }

  private record Kept(Path path, Instant used, long bytes) {}

  /// Where to write the file of that name.
  ///
  /// @param note is told what had to go for it
  Path place(String key, Consumer<String> note) {
    open();
    try {
      bound(note);
    } catch (IOException e) {
      throw unusable(e);
    }
    AtomicFile.check(file(key));
    return file(key);
  }

  private void open() {
    try {
      Leftovers.reclaim(PrivateFolder.open(directory), _ -> {});
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private OutputException unusable(IOException e) {
    return new OutputException(
        "%s, where windows are kept, cannot be used: %s; let XDG_CACHE_HOME name another place"
            .formatted(directory, Reason.of(e)),
        e);
  }

  private Path file(String key) {
    return directory.resolve(key + ENDING);
  }
}
