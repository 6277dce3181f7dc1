package io.github.nonplus.journal;

import io.github.nonplus.files.CacheDirectory;
import io.github.nonplus.files.PrivateFolder;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Where a run keeps its journal.
public sealed interface JournalPlace {
  /// Opens it.
  ///
  /// @param header is asked for by those that keep one: digests take time
  /// @param note is told, as a sentence, why there is none although one was wanted
  Optional<Journal> open(Supplier<JournalHeader> header, Consumer<String> note);

  /// Whether the journal is the user's own file, which stays when the run is done.
  boolean isNamed();

  /// In a file that the user named.
  record Named(Path file) implements JournalPlace {
    @Override
    public Optional<Journal> open(Supplier<JournalHeader> header, Consumer<String> note) {
      return Optional.of(Journal.open(file, header.get()));
    }

    @Override
    public boolean isNamed() {
      return true;
    }
  }

  /// In the user's cache, under a name that only the same run has, until the run is done.
  record Cache(Path directory) implements JournalPlace {
    /// The one of this user.
    public static Cache ofUser() {
      return new Cache(CacheDirectory.ofUser().resolve("journals"));
    }

    @Override
    public Optional<Journal> open(Supplier<JournalHeader> wanted, Consumer<String> note) {
      JournalHeader header = wanted.get();
      Path file = directory.resolve(name(header));
      try {
        PrivateFolder.open(directory);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          PrivateFolder.requireOwn(file);
        }
        if (!Files.isWritable(directory)) {
          throw new AccessDeniedException(directory.toString());
        }
      } catch (IOException e) {
        note.accept(
            "No journal is kept in %s (%s); name a file for it to keep one."
                .formatted(directory, Reason.of(e)));
        return Optional.empty();
      }
      Optional<Journal> journal = Journal.openIfFree(file, header);
      if (journal.isEmpty()) {
        note.accept(
            "No journal is kept, because another run of the same windows is writing %s."
                .formatted(file));
      }
      return journal;
    }

    private static String name(JournalHeader header) {
      String run = header.run() + " " + header.windows() + " " + header.shard();
      return Sha256.of(run.getBytes(StandardCharsets.UTF_8)).substring(0, 32) + ".journal";
    }

    @Override
    public boolean isNamed() {
      return false;
    }
  }

  /// Nowhere.
  record None() implements JournalPlace {
    @Override
    public Optional<Journal> open(Supplier<JournalHeader> header, Consumer<String> note) {
      return Optional.empty();
    }

    @Override
    public boolean isNamed() {
      return false;
    }
  }
}
