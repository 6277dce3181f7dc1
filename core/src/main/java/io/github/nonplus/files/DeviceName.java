package io.github.nonplus.files;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/// The names that Windows keeps for devices: no file can have them, in no folder, in capitals or
/// not, and with no ending.
final class DeviceName {
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
  private static final Set<String> WITHOUT_NUMBER = Set.of("CON", "PRN", "AUX", "NUL");
  private static final String NUMBERED = "(COM|LPT)[1-9\u00b9\u00b2\u00b3]";

  private DeviceName() {}

  /// Whether this system takes a path for a device because of its name.
  static boolean is(Path path) {
    return WINDOWS && path.getFileName() != null && isKept(path.getFileName().toString());
  }

  /// Whether Windows keeps a name.
  static boolean isKept(String name) {
    String stem = name.split("[.:]", 2)[0].stripTrailing().toUpperCase(Locale.ROOT);
    return WITHOUT_NUMBER.contains(stem) || stem.matches(NUMBERED);
  }
}
