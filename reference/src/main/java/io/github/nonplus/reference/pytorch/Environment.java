package io.github.nonplus.reference.pytorch;

import io.github.nonplus.failure.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// This process's environment as native libraries see it, which Java cannot change.
final class Environment {
  private Environment() {}

  /// Lets OpenMP's threads sleep while they wait for one another, unless the user said otherwise.
  ///
  /// libtorch computes with OpenMP, whose threads otherwise wait in a loop: where another process
  /// wants the processor too, that loop takes it from the very thread that is waited for, and a
  /// window takes ten times as long. To be called before the library is loaded.
  static void letThreadsSleep() {
    if (System.getenv("OMP_WAIT_POLICY") == null
        && !System.getProperty("os.name").startsWith("Windows")) {
      set("OMP_WAIT_POLICY", "passive");
    }
  }

  /// `int setenv(const char *name, const char *value, int overwrite)`
  @SuppressWarnings("restricted") // every launcher and test enables native access
  private static void set(String name, String value) {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(name);
      int _ = (int) setenv.invokeExact(key, arena.allocateFrom(value), 1);
    } catch (Throwable e) {
      throw new DeviceException("%s cannot be set: %s".formatted(name, e), e);
    }
  }
}
