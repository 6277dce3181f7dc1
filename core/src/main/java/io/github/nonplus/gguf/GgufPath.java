package io.github.nonplus.gguf;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a model in GGUF is, for what a user gives: a file that begins as one, or a folder with
/// just one of them and no other model.
public final class GgufPath {
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);
  private static final String ENDING = ".gguf";
  private static final String PROJECTOR = "mmproj";

  private GgufPath() {}

  /// The file; empty if there is none.
  ///
  /// @throws WeightsException if a folder holds several
  public static Optional<Path> of(Path path) {
    if (!Files.isDirectory(path)) {
      return begins(path) ? Optional.of(path) : Optional.empty();
    }
    List<Path> all = all(path);
    if (all.size() > 1) {
      throw new WeightsException(
          "%s holds %d models in GGUF (%s); give one of them"
              .formatted(
                  path,
                  all.size(),
                  String.join(
                      ", ", all.stream().map(file -> file.getFileName().toString()).toList())));
    }
    return all.stream().findFirst();
  }

  /// The models of a folder: first parts stand for all, what is made for images is none.
  private static List<Path> all(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ENDING))
          .filter(file -> !file.getFileName().toString().startsWith(PROJECTOR))
          .filter(file -> SplitName.of(file).filter(split -> split.number() != 1).isEmpty())
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of(); // what is wrong with the folder is said where it is read
    }
  }

  private static boolean begins(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = InputFile.stream(file)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    } catch (IOException e) {
      return false;
    }
  }
}
