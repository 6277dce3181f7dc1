package io.github.nonplus.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Why the system refused, in words that fit after a colon.
public final class Reason {
  private Reason() {}

  /// The reason alone: the path, which a file system's own messages repeat, is left out.
  public static String of(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "no such file or directory";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "a file of that name exists";
      case FileSystemException named when named.getReason() != null -> named.getReason();
      default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
    };
  }
}
