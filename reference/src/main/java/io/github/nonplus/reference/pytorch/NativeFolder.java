package io.github.nonplus.reference.pytorch;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.files.CacheDirectory;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.SystemName;
import io.github.nonplus.files.UnpackedFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Where libtorch lies as files, because a system loads no library out of a jar: a folder of the
/// user's cache, filled once from the class path.
///
/// @param folder that holds the files
/// @param resources name of each file, and where on the class path it comes from
record NativeFolder(Path folder, Map<String, URL> resources) {
  private static final String PROPERTIES = "native/lib/pytorch.properties";

  /// The one for this system and processor.
  ///
  /// @throws DeviceException if the class path has none
  static NativeFolder ofThisSystem() {
    return on(SystemName.here());
  }

  /// The one for a system, as DJL's artifacts are called: `linux-x86_64`.
  static NativeFolder on(String system) {
    List<String> there = new ArrayList<>();
    try {
      for (URL url : Collections.list(loader().getResources(PROPERTIES))) {
        Properties properties = new Properties();
        try (InputStream in = url.openStream()) {
          properties.load(in);
        }
        there.add(properties.getProperty("classifier", "?"));
        if (system.equals(there.getLast()) && properties.getProperty("flavor").equals("cpu")) {
          return of(system, properties);
        }
      }
    } catch (IOException e) {
      throw new DeviceException("libtorch's jar cannot be read: " + Reason.of(e), e);
    }
    throw new DeviceException(
        ("PyTorch's native library for %s is not on the class path (there is %s); Maven Central has"
                + " it for linux-x86_64, linux-aarch64, osx-aarch64 and win-x86_64, a release as its"
                + " part nonplus-pytorch, and a build on one of these brings its own; --engine"
                + " transformers uses a Python instead%s")
            .formatted(
                system,
                there.isEmpty() ? "none" : String.join(", ", there),
                system.equals("win-aarch64")
                    ? ", and a Java for x86-64, which this Windows emulates, has it as well"
                    : ""));
  }

  private static NativeFolder of(String system, Properties properties) {
    String binding = System.mapLibraryName("djl_torch");
    Map<String, URL> resources = new LinkedHashMap<>();
    for (String file : properties.getProperty("libraries").split(",")) {
      resources.put(file, resource("pytorch/cpu/" + system + "/" + file));
    }
    resources.put(binding, resource("jnilib/" + system + "/cpu/" + binding));
    String name = "libtorch-%s-%s".formatted(properties.getProperty("version"), system);
    return new NativeFolder(CacheDirectory.ofUser().resolve(name), resources);
  }

  private static URL resource(String name) {
    URL url = loader().getResource(name);
    if (url == null) {
      throw new DeviceException(
          "libtorch's jars are incomplete: %s is missing; build again".formatted(name));
    }
    return url;
  }

  private static ClassLoader loader() {
    return NativeFolder.class.getClassLoader();
  }

  /// The folder, filled if it is not yet, and as it was filled.
  ///
  /// @param note is told before it is filled
  Path unpacked(Consumer<String> note) {
    try {
      return new UnpackedFolder(folder, resources).open(note);
    } catch (IOException e) {
      throw new DeviceException(
          "PyTorch's native library cannot be unpacked into %s (%s); make room there, or name another cache with NONPLUS_JAVA_OPTIONS=-Dnonplus.cache=DIR"
              .formatted(folder, Reason.of(e)),
          e);
    }
  }

  /// The files that it consists of.
  TreeSet<String> names() {
    return new TreeSet<>(resources.keySet());
  }
}
