package io.github.nonplus.device.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Bytes of the caches that one thread computes from. They decide how work is cut, never what comes
/// out.
///
/// @param first of the first level, for data
/// @param second of the second level
record Caches(int first, int second) {
  /// Where the system does not say: what every processor of the last ten years has at least.
  static final Caches USUAL = new Caches(32 << 10, 512 << 10);

  private static final Path FOLDER = Path.of("/sys/devices/system/cpu/cpu0/cache");
  private static final int LARGEST = 64 << 20;

  /// Those of this machine's first processor, as Linux tells them.
  static Caches here() {
    return read(FOLDER);
  }

  static Caches read(Path folder) {
    int first = USUAL.first;
    int second = USUAL.second;
    for (int index = 0; index < 8; index++) {
      Path cache = folder.resolve("index" + index);
      int bytes = bytes(line(cache.resolve("size")));
      if (bytes > 0 && List.of("Data", "Unified").contains(line(cache.resolve("type")))) {
        switch (line(cache.resolve("level"))) {
          case "1" -> first = bytes;
          case "2" -> second = bytes;
          default -> {} // larger ones are shared, and nothing is cut for them
        }
      }
    }
    return new Caches(first, second);
  }

  private static String line(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.findFirst().orElse("").strip();
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  /// `48K` in bytes, or 0 if it is no size that a cache may have.
  private static int bytes(String size) {
    if (!size.matches("[1-9][0-9]{0,5}[KM]")) {
      return 0;
    }
    long number = Long.parseLong(size.substring(0, size.length() - 1));
    long bytes = number << (size.endsWith("K") ? 10 : 20);
    return bytes <= LARGEST ? (int) bytes : 0;
  }
}
