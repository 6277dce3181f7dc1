package io.github.nonplus.files;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// A folder whose content this user alone can have written, so that what a program finds there can
/// be trusted as far as the program itself: native libraries, finished windows, code for devices.
/// It belongs to this user, is no symbolic link, and nobody else can write to it; if it is made
/// here, nobody else can look into it either.
///
/// On Windows a folder in a user's profile is the user's own by inheritance, and only links are
/// refused.
public final class PrivateFolder {
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

  private PrivateFolder() {}

  /// Makes the folder, and those above it, unless it is there.
  ///
  /// @return the folder
  /// @throws FileSystemException with the reason why it cannot be trusted
  public static Path open(Path folder) throws IOException {
    create(folder);
    requireOwn(folder);
    if (!Files.isDirectory(folder)) {
      throw new FileSystemException(folder.toString(), null, "it is no folder");
    }
    if (POSIX) {
      Set<PosixFilePermission> others = EnumSet.copyOf(OTHERS_WRITE);
      others.retainAll(Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS));
      if (!others.isEmpty()) {
        throw new FileSystemException(
            folder.toString(),
            null,
            "others can write to it, so what it holds is not trusted; remove it");
      }
    }
    return folder;
  }

  private static void create(Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null && Files.notExists(parent)) {
      create(parent);
    }
    try {
      Files.createDirectory(folder, forThisUserAlone());
    } catch (FileAlreadyExistsException e) {
      // made by another run meanwhile
    }
  }

  /// What a new folder needs that nobody else is to look into.
  static FileAttribute<?>[] forThisUserAlone() {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  /// Refuses a file or folder that is a symbolic link or another user's.
  public static void requireOwn(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      throw new FileSystemException(
          path.toString(),
          null,
          "it is a symbolic link, so what it holds is not trusted; remove it");
    }
    Optional<Long> user = user();
    if (user.isPresent()) {
      long owner =
          ((Number) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)).longValue();
      if (owner != user.get()) {
        throw new FileSystemException(
            path.toString(),
            null,
            "it belongs to user %d, and this is user %d, so what it holds is not trusted"
                .formatted(owner, user.get()));
      }
    }
  }

  /// The number of this user; empty on Windows.
  public static Optional<Long> user() {
    return POSIX ? Optional.of(User.NUMBER) : Optional.empty();
  }

  /// Asked once, and only where there are numbers.
  private static final class User {
    private static final long NUMBER = new UnixSystem().getUid();
  }
}
