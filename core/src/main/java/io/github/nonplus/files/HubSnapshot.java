package io.github.nonplus.files;

import io.github.nonplus.failure.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The cache of Hugging Face's libraries: a folder `models--OWNER--NAME` for each model, in which
/// `snapshots/REVISION` holds links to its files and `refs/main` names the revision in use.
public final class HubSnapshot {
  private static final int LONGEST_REVISION = 200;

  private HubSnapshot() {}

  /// The folder with a model's files: that of the snapshot in use for a model's folder in the
  /// cache, or for its `snapshots`; any other path as it is.
  ///
  /// @throws ModelException if it is not clear which snapshot that is
  public static Path of(Path path) {
    Path snapshots = path.resolve("snapshots");
    if (Files.isDirectory(snapshots) && !Files.exists(path.resolve("config.json"))) {
      return inUse(path, snapshots);
    }
    Path parent = path.toAbsolutePath().normalize().getParent();
    boolean isSnapshots = path.endsWith("snapshots") && Files.isDirectory(path);
    return isSnapshots && parent != null && Files.isDirectory(parent.resolve("refs"))
        ? inUse(parent, path)
        : path;
  }

  private static Path inUse(Path model, Path snapshots) {
    Path main = model.resolve("refs").resolve("main");
    List<Path> all = all(snapshots);
    if (Files.exists(main)) {
      String revision = revision(main);
      return all.stream()
          .filter(each -> each.getFileName().toString().equals(revision))
          .findFirst()
          .orElseThrow(
              () ->
                  new ModelException(
                      "%s names the snapshot %s, which is not in %s; download the model again"
                          .formatted(main, revision, snapshots)));
    }
    if (all.size() == 1) {
      return all.getFirst();
    }
    throw new ModelException(
        all.isEmpty()
            ? snapshots + " holds no snapshot; download the model again"
            : "%s holds %d snapshots and nothing says which is in use; give one of them, such as %s"
                .formatted(snapshots, all.size(), all.getFirst()));
  }

  private static List<Path> all(Path snapshots) {
    try (Stream<Path> folders = Files.list(snapshots)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new ModelException("%s cannot be read (%s)".formatted(snapshots, Reason.of(e)), e);
    }
  }

  private static String revision(Path main) {
    try {
      if (Files.size(main) > LONGEST_REVISION) {
        throw new ModelException(main + " names no revision; download the model again");
      }
      return new String(InputFile.bytes(main), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new ModelException("%s cannot be read (%s)".formatted(main, Reason.of(e)), e);
    }
  }
}
