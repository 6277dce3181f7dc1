package io.github.nonplus.spark;

import io.github.nonplus.failure.DeviceException;

/// The oldest Java that driver and executors may run on.
final class JavaVersion {
  /// Before it the collector G1, which Spark's JVMs use, may move an array while native code works
  /// with it (JDK-8377811): compressed columns of the input could be read wrong.
  static final Runtime.Version OLDEST = Runtime.Version.parse("25.0.3");

  private JavaVersion() {}

  /// Refuses the Java that runs this if it is older.
  static void require() {
    require(Runtime.version());
  }

  static void require(Runtime.Version found) {
    if (found.compareToIgnoreOptional(OLDEST) < 0) {
      throw new DeviceException(
          ("this JVM is Java %s, expected %s or newer: before it the collector G1 may move an array"
                  + " while native code works with it (JDK-8377811); set JAVA_HOME for driver and"
                  + " executors (spark.executorEnv.JAVA_HOME) to a newer one")
              .formatted(found, OLDEST));
    }
  }
}
