package io.github.nonplus.version;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/// The version that the build wrote beside this class, as results and libraries record it.
public final class Version {
  private Version() {}

  /// For example `0.1.0`.
  public static String number() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /// The versions that a result was made with, by name.
  public static Map<String, String> ofRun() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("nonplus", number());
    versions.put("build_sha256", Build.sha256(Version.class));
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return versions;
  }
}
