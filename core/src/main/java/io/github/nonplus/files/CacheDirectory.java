package io.github.nonplus.files;

import java.nio.file.Path;
import java.util.Locale;

/// Where this user's system keeps what can be made again.
public final class CacheDirectory {
  private CacheDirectory() {}

  /// The property `nonplus.cache`, or a folder for Nonplus in the system's own place. It need not
  /// exist.
  public static Path ofUser() {
    String given = System.getProperty("nonplus.cache");
    return given != null ? Path.of(given) : ofSystem();
  }

  private static Path ofSystem() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    Path home = Path.of(System.getProperty("user.home"));
    if (system.startsWith("windows") && System.getenv("LOCALAPPDATA") != null) {
      return Path.of(System.getenv("LOCALAPPDATA"), "nonplus");
    }
    if (system.contains("mac")) {
      return home.resolve("Library/Caches/nonplus");
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    return (xdg != null && !xdg.isEmpty() ? Path.of(xdg) : home.resolve(".cache"))
        .resolve("nonplus");
  }
}
