package io.github.nonplus.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Small files that are shipped together.
public final class Zips {
  private Zips() {}

  /// Unpacks a file into a folder, unless that is newer; folders within the file stay folders.
  /// Tests run in several processes, of which one unpacks and the others wait.
  public static synchronized Path unpack(Path zip, Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    Path lock = folder.resolveSibling(folder.getFileName() + ".lock");
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock(); // until it is closed
      if (!Files.exists(folder)
          || Files.getLastModifiedTime(folder).compareTo(Files.getLastModifiedTime(zip)) < 0) {
        copy(zip, folder);
      }
    }
    return folder;
  }

  private static void copy(Path zip, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        Files.createDirectories(file.getParent());
        if (!entry.isDirectory()) {
          Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
