package io.github.nonplus.files;

import java.util.Locale;

/// The name that native libraries in jars give to a system and its processor: `linux-x86_64`,
/// `linux-aarch64`, `osx-aarch64`, `win-x86_64`.
public final class SystemName {
  private SystemName() {}

  /// The name of this one.
  public static String here() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /// @param system as Java calls it
  /// @param processor as Java calls it
  public static String of(String system, String processor) {
    String name = system.toLowerCase(Locale.ROOT);
    String family =
        name.startsWith("win")
            ? "win"
            : name.startsWith("mac") ? "osx" : name.startsWith("linux") ? "linux" : name;
    return family + "-" + (processor.equals("amd64") ? "x86_64" : processor);
  }
}
