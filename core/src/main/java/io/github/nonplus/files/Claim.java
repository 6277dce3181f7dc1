package io.github.nonplus.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names in a folder that belong to one process for as long as it lives: a file
/// `.nonplus-TOKEN.lock`, on which the process holds the system's lock, and beside it
/// `.nonplus-TOKEN.partial`, what is being made, and `.nonplus-TOKEN.earlier`, what it is about to
/// replace. Whoever gets the lock knows that the process is gone, on whatever machine it ran, and
/// whatever its number has become. The lock's file says in one line what is to be made.
///
/// The lock's file is there before the others and goes after them. It is locked far behind its end,
/// because a system may keep others from reading what is locked.
final class Claim implements AutoCloseable {
  private static final Pattern NAME =
      Pattern.compile("\\.nonplus-([0-9a-f]{16})\\.(lock|partial|earlier)");

  private static final int LONGEST_NAME = 4096;
  private static final int ATTEMPTS = 100;
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Those of this process. Opening and closing the file of one would give its lock back.
  private static final Set<Path> MINE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final String token;
  private final FileChannel channel;

  private Claim(Path folder, String token, FileChannel channel) {
    this.folder = folder;
    this.token = token;
    this.channel = channel;
  }

  /// Claims names beside `target`, an absolute path.
  static Claim beside(Path target) throws IOException {
    return in(target.getParent(), target.getFileName().toString());
  }

  /// Claims names in a folder.
  ///
  /// @param what is to be made
  static Claim in(Path folder, String what) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      String token = HexFormat.of().toHexDigits(RANDOM.nextLong());
      Path file = folder.resolve(name(token, "lock"));
      MINE.add(file);
      Optional<Claim> claim = claimed(folder, token, StandardOpenOption.CREATE_NEW);
      if (claim.isPresent()) {
        claim.get().say(what);
        return claim.get();
      }
      MINE.remove(file);
    }
    throw new IOException("no name for a temporary file is free in " + folder);
  }

  /// The claim of a process that is gone, taken over; empty if its process lives.
  static Optional<Claim> abandoned(Path folder, String token) throws IOException {
    Path file = folder.resolve(name(token, "lock"));
    if (!MINE.add(file)) {
      return Optional.empty();
    }
    Optional<Claim> claim = Optional.empty();
    try {
      claim = claimed(folder, token, StandardOpenOption.CREATE);
      return claim;
    } finally {
      if (claim.isEmpty()) {
        MINE.remove(file);
      }
    }
  }

  private static Optional<Claim> claimed(Path folder, String token, OpenOption create)
      throws IOException {
    Path file = folder.resolve(name(token, "lock"));
    FileChannel channel =
        FileChannel.open(
            file,
            create,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    // Somebody who looked for claims of the dead may have had it for a moment.
    if (isLocked(channel, create) && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(new Claim(folder, token, channel));
    }
    channel.close();
    return Optional.empty();
  }

  /// A file system without locks takes claims, but nobody can tell whether one is abandoned.
  private static boolean isLocked(FileChannel channel, OpenOption create) {
    try {
      return channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this very process
    } catch (IOException e) {
      return create == StandardOpenOption.CREATE_NEW;
    }
  }

  private static String name(String token, String kind) {
    return ".nonplus-%s.%s".formatted(token, kind);
  }

  /// The token of a file's name, if the file belongs to a claim.
  static Optional<String> token(Path file) {
    Matcher matcher = NAME.matcher(file.getFileName().toString());
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private void say(String what) throws IOException {
    ByteBuffer line = StandardCharsets.UTF_8.encode(what + "\n");
    while (line.hasRemaining()) {
      channel.write(line);
    }
  }

  /// What was to be made beside the claim: the name of a file or folder in the same folder; empty
  /// if that cannot be told.
  Optional<String> what() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST_NAME);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    String name = text.strip();
    boolean isName =
        text.endsWith("\n")
            && !name.isEmpty()
            && !name.equals(".")
            && !name.equals("..")
            && name.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' ');
    return isName ? Optional.of(name) : Optional.empty();
  }

  /// Where it is made.
  Path partial() {
    return folder.resolve(name(token, "partial"));
  }

  /// Where what it replaces waits.
  Path earlier() {
    return folder.resolve(name(token, "earlier"));
  }

  /// So that what is to be made can be told even after a loss of power.
  void force() throws IOException {
    channel.force(true);
  }

  /// Gives the names back; nothing has them any more.
  @Override
  public void close() throws IOException {
    Path file = folder.resolve(name(token, "lock"));
    if (channel.isOpen()) {
      channel.close();
      MINE.remove(file);
      DirectoryEntry.deleteIfExists(file);
    }
  }
}
