package io.github.nonplus.reference.pytorch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.files.SystemName;
import io.github.nonplus.reference.ReferenceModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/// PyTorch's native library, loaded into this process when the first model asks for it and never
/// before. It comes from jars of Maven Central that the build put on the class path; nothing is
/// fetched while the program runs, and DJL's telemetry is switched off.
public final class Libtorch {
  private static Engine engine;

  private Libtorch() {}

  /// A manager of arrays, the root of whatever one model allocates.
  ///
  /// @param threads that one operator may use
  /// @param note is told when the library is unpacked, which happens once
  /// @throws DeviceException if this system has no such library, or it does not load
  public static synchronized NDManager open(int threads, Consumer<String> note) {
    if (engine == null) {
      engine = load(threads, note);
    }
    JniUtils.setNumThreads(threads);
    return engine.newBaseManager();
  }

  /// Why there is no such library on this system's class path, in a sentence; empty if there is.
  public static Optional<String> absence() {
    try {
      NativeFolder.ofThisSystem();
      return Optional.empty();
    } catch (DeviceException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Engine load(int threads, Consumer<String> note) {
    Path folder = NativeFolder.ofThisSystem().unpacked(note);
    Environment.letThreadsSleep();
    // DJL downloads what it does not find, and reports home where it can: neither may happen.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("PYTORCH_LIBRARY_PATH", folder.toString());
    System.setProperty("PYTORCH_FLAVOR", "cpu");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    try {
      return Engine.getEngine("PyTorch");
    } catch (EngineException | LinkageError e) {
      throw new DeviceException(
          "libtorch in %s does not load (%s); remove the folder, so that it is unpacked again"
              .formatted(folder, reason(e)),
          e);
    }
  }

  /// What it computes with, for results.
  static ReferenceModel.Facts facts(int threads, String arithmetic) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("libtorch", engine.getVersion());
    versions.put("djl", Engine.getDjlVersion());
    return new ReferenceModel.Facts(
        "pytorch",
        "libtorch %s on %s".formatted(engine.getVersion(), SystemName.here()),
        String.join(", ", new TreeSet<>(JniUtils.getFeatures())),
        threads,
        arithmetic,
        versions);
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
