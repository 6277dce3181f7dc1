package io.github.nonplus.version;

import io.github.nonplus.files.Digest;
import io.github.nonplus.files.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Which code computes: digests of the very files that this process runs, because two builds may
/// bear the same version.
public final class Build {
  /// Names packages, and the digests of the archives that they were packed from.
  private static final String PACKED = "packed.properties";

  private static final Map<Path, String> DIGESTS = new ConcurrentHashMap<>();

  private Build() {}

  /// SHA-256 of the archive that a class comes from. Of a folder of classes, as development has it,
  /// that of all names and contents.
  ///
  /// An archive that others were packed into says which: what computes is still theirs.
  public static String sha256(Class<?> type) {
    Optional<String> packed = packed(type);
    if (packed.isPresent()) {
      return packed.get();
    }
    try {
      Path source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      return DIGESTS.computeIfAbsent(source, Build::digest);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The digest of the archive that a class was packed from: that of the longest package that the
  /// packer names.
  private static Optional<String> packed(Class<?> type) {
    try (InputStream in = Build.class.getResourceAsStream(PACKED)) {
      if (in == null) {
        return Optional.empty();
      }
      Properties digests = new Properties();
      digests.load(in);
      return digests.stringPropertyNames().stream()
          .filter(name -> type.getName().startsWith(name + "."))
          .max(Comparator.comparingInt(String::length))
          .map(digests::getProperty);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
