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
import java.util.List;
import java.util.Optional;

/// Files of windows that were made before, each under a name that says all it was made of: text,
/// tokenizer, protocol, sizes, and the build that made it. So what is there under a name is what
/// would be made again.
record WindowsCache(Path directory) {
  /// The one of this user.
  static WindowsCache ofUser() {
    return new WindowsCache(CacheDirectory.ofUser().resolve("windows"));
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
    Path path = place(key);
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    try {
      WindowsFile file = WindowsFile.read(path);
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

  /// Where to write the file of that name.
  Path place(String key) {
    try {
      Leftovers.reclaim(PrivateFolder.open(directory), _ -> {});
    } catch (IOException e) {
      throw new OutputException(
          "%s, where windows are kept, cannot be used: %s; let XDG_CACHE_HOME name another place"
              .formatted(directory, Reason.of(e)),
          e);
    }
    AtomicFile.check(file(key));
    return file(key);
  }

  private Path file(String key) {
    return directory.resolve(key + ".windows");
  }
}
