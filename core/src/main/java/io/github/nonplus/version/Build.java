package io.github.nonplus.version;

import io.github.nonplus.files.Digest;
import io.github.nonplus.files.InputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Which code computes: digests of the very files that this process runs, because two builds may
/// bear the same version.
public final class Build {
  private static final Map<Path, String> DIGESTS = new ConcurrentHashMap<>();

  private Build() {}

  /// SHA-256 of the archive that a class comes from. Of a folder of classes, as development has it,
  /// that of all names and contents.
  public static String sha256(Class<?> type) {
    try {
      Path source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      return DIGESTS.computeIfAbsent(source, Build::digest);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String digest(Path source) {
    Digest digest = Digest.sha256();
    try {
      for (Path file : files(source)) {
        digest.add(source.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
        digest.add(InputFile.bytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return digest.hex();
  }

  private static List<Path> files(Path source) throws IOException {
    try (Stream<Path> all = Files.walk(source)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
