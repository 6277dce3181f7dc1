package io.github.nonplus.spark;

import io.github.nonplus.failure.RequestException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

/// Where a model lies on the machine that asks. An absolute path is the same on all of them; a
/// relative one is looked for in what `--archives` and `--files` brought, and else in the folder in
/// which the driver was started.
final class ModelPlace {
  private ModelPlace() {}

  static Path of(String given) {
    Path path = path(given);
    if (!path.isAbsolute() && SparkEnv.get() != null) {
      Path brought = Path.of(SparkFiles.getRootDirectory()).resolve(path);
      if (Files.exists(brought)) {
        return brought;
      }
    }
    return path;
  }

  /// What executors are told: they run in folders of their own.
  static String forExecutors(String given) {
    Path path = path(given);
    return path.isAbsolute() || !of(given).equals(path)
        ? given
        : path.toAbsolutePath().normalize().toString();
  }

  private static Path path(String given) {
    try {
      return Path.of(given);
    } catch (InvalidPathException e) {
      throw new RequestException("'%s' is no path: %s".formatted(given, e.getReason()), e);
    }
  }
}
