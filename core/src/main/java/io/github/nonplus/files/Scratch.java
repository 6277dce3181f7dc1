package io.github.nonplus.files;

import io.github.nonplus.failure.OutputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder for what only this run needs, within the system's own for such things. It is gone once
/// it is closed or the run is interrupted; of a run that was killed, [Leftovers] finds it. Only
/// this user can look into it.
public final class Scratch implements AutoCloseable, Interruption.HalfMade {
  private static final String WHAT = "temporary files";
  private static final int PIECE = 1 << 16;

  private final Claim claim;

  private Scratch(Claim claim) throws IOException {
    this.claim = claim;
    try {
      Files.createDirectory(claim.partial(), PrivateFolder.forThisUserAlone());
    } catch (IOException e) {
      claim.close();
      throw e;
    }
    Interruption.add(this);
  }

  /// Where such folders are made: what the property `java.io.tmpdir` names.
  public static Path place() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /// A lasting folder of this user's there, for who has no home.
  public static Path ofUser() {
    Path folder =
        place().resolve("nonplus-" + PrivateFolder.user().map(String::valueOf).orElse("user"));
    try {
      return PrivateFolder.open(folder);
    } catch (IOException e) {
      throw new OutputException(
          "this user has no home directory, and caches cannot be kept in %s: %s; let HOME name a directory"
              .formatted(folder, Reason.of(e)),
          e);
    }
  }

  /// Makes one.
  public static Scratch open() {
    try {
      return in(place());
    } catch (IOException e) {
      throw new OutputException(
          "no temporary files can be made in %s: %s; let NONPLUS_JAVA_OPTIONS=-Djava.io.tmpdir=DIR name another directory"
              .formatted(place(), Reason.of(e)),
          e);
    }
  }

  /// One for native libraries that each process unpacks anew, in the user's cache: where temporary
  /// files are, a system may refuse to run code, and others may put theirs. It lasts as long as the
  /// process.
  public static Path forLibraries() throws IOException {
    Path cache = PrivateFolder.open(CacheDirectory.ofUser());
    Leftovers.reclaim(cache, _ -> {});
    return in(cache).claim.partial();
  }

  private static Scratch in(Path folder) throws IOException {
    return Interruption.undisturbed(() -> new Scratch(Claim.in(folder.toAbsolutePath(), WHAT)));
  }

  /// The place of a file in it.
  public Path resolve(String name) {
    return claim.partial().resolve(name);
  }

  /// Copies `in` to its end into a new file.
  public Path copy(InputStream in, String name) throws IOException {
    Path file = resolve(name);
    try (OutputStream out = Interruption.undisturbed(() -> Files.newOutputStream(file))) {
      byte[] piece = new byte[PIECE];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        int length = n;
        Interruption.undisturbed(
            () -> {
              out.write(piece, 0, length);
              return null;
            });
      }
    }
    return file;
  }

  @Override
  public void discard() throws IOException {
    Tree.delete(claim.partial());
    claim.close();
  }

  @Override
  public void close() {
    Interruption.remove(this);
    try {
      Interruption.undisturbed(
          () -> {
            discard();
            return null;
          });
    } catch (IOException e) {
      // Still open somewhere; the next run finds it.
    }
  }
}
