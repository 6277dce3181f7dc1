package io.github.nonplus.files;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// Where this user's system keeps what can be made again.
public final class CacheDirectory {
  private CacheDirectory() {}

  /// The property `nonplus.cache`, or a folder for Nonplus in the system's own place. It need not
  /// exist.
  public static Path ofUser() {
    String given = System.getProperty("nonplus.cache");
    return given != null
        ? Path.of(given)
        : of(
            System.getProperty("os.name"),
            System.getenv(),
            Path.of(System.getProperty("user.home")));
  }

  /// @param system as Java calls it
  static Path of(String system, Map<String, String> environment, Path home) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows") && environment.containsKey("LOCALAPPDATA")) {
      return Path.of(environment.get("LOCALAPPDATA"), "nonplus");
    }
    if (name.contains("mac")) {
      return home.resolve("Library/Caches/nonplus");
    }
    String xdg = environment.get("XDG_CACHE_HOME");
    return (xdg != null && !xdg.isEmpty() ? Path.of(xdg) : home.resolve(".cache"))
        .resolve("nonplus");
  }
}
