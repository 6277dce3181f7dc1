package io.github.nonplus.perplexity;

import io.github.nonplus.system.WindowsMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most memory that this process ever held.
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private PeakMemory() {}

  /// Peak resident bytes as Linux counts them, or the peak working set of Windows; null on other
  /// systems.
  public static Long bytes() {
    if (!Files.isReadable(STATUS)) {
      return WindowsMachine.peakMemory().orElse(null);
    }
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }
}
