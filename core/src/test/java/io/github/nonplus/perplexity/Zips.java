package io.github.nonplus.perplexity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Small files that are shipped together.
final class Zips {
  private Zips() {}

  /// Unpacks a file into a folder, unless that is newer.
  static void unpack(Path zip, Path folder) throws IOException {
    if (Files.exists(folder)
        && Files.getLastModifiedTime(folder).compareTo(Files.getLastModifiedTime(zip)) >= 0) {
      return;
    }
    Files.createDirectories(folder);
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path file = folder.resolve(Path.of(entry.getName()).getFileName());
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
