package io.github.nonplus.tokenizer.fence;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.CacheDirectory;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.SystemName;
import io.github.nonplus.files.UnpackedFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/// Where Hugging Face's library lies as a file: a folder of the user's own cache, filled once from
/// the jar, and held to its digest each time before it is loaded.
///
/// @param unpacked the folder, and what belongs into it
record NativeLibrary(UnpackedFolder unpacked) {
  private static final String PROPERTIES = "native/lib/tokenizers.properties";

  private static final String NAME = System.mapLibraryName("tokenizers");

  /// What the library on Windows is linked with, and is loaded before it.
  private static final List<String> OF_WINDOWS =
      List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll");

  /// The one for this system and processor.
  ///
  /// @throws CorpusException if the jar has none
  static NativeLibrary ofThisSystem() {
    return on(SystemName.here());
  }

  /// The one for a system, as [SystemName] calls it.
  static NativeLibrary on(String system) {
    Map<String, URL> resources = new LinkedHashMap<>();
    if (system.startsWith("win")) {
      OF_WINDOWS.forEach(name -> resources.put(name, resource(system, name)));
    }
    resources.put(NAME, resource(system, NAME));
    Path folder = CacheDirectory.ofUser().resolve("tokenizers-%s-%s".formatted(version(), system));
    return new NativeLibrary(new UnpackedFolder(folder, resources));
  }

  private static URL resource(String system, String name) {
    URL url = loader().getResource("native/lib/%s/cpu/%s".formatted(system, name));
    if (url == null) {
      throw new CorpusException(
          ("the tokenizer's native library is not there for %s, only for linux-x86_64,"
                  + " linux-aarch64, osx-aarch64 and win-x86_64; tokenize on one of these%s")
              .formatted(
                  system,
                  system.equals("win-aarch64")
                      ? " and bring the windows here, or use a Java for x86-64, which this Windows"
                          + " emulates"
                      : ""));
    }
    return url;
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = loader().getResourceAsStream(PROPERTIES)) {
      properties.load(in);
    } catch (IOException e) {
      throw new CorpusException("the tokenizers' jar cannot be read: " + Reason.of(e), e);
    }
    return properties.getProperty("version");
  }

  private static ClassLoader loader() {
    return TokenizersLibrary.class.getClassLoader();
  }

  /// Where it lies once it is [unpacked][#unpack]; what it needs lies beside it.
  Path file() {
    return unpacked.folder().toAbsolutePath().resolve(NAME);
  }

  /// Unpacks it unless it lies there as it was unpacked.
  void unpack() {
    try {
      unpacked.open(_ -> {});
    } catch (IOException e) {
      throw new CorpusException(
          ("the tokenizer's native library cannot be unpacked into %s: %s; make room there, or let"
                  + " the property nonplus.cache name another folder")
              .formatted(file().getParent(), Reason.of(e)),
          e);
    }
  }
}
