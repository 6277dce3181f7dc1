package io.github.nonplus.device.cpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Where the vectors of an array begin. One of 512 bits that does not begin with a line of the
/// cache is loaded in two accesses, and products take a twentieth longer (docs/benchmarks.md); but
/// an array begins behind its header, at any multiple of 8 bytes, and nothing in Java says where.
/// The C library's `memmove` gives back where it moved to: here, nothing to where the array is.
///
/// The collector may move the array afterwards. Then vectors cross lines again, and nothing else
/// changes: so whoever fills an array anew asks anew.
@SuppressWarnings("restricted") // a library is called here, on purpose
final class Alignment {
  private static final int LINE = 64;

  /// Numbers that an array needs beside those that it is to hold.
  static final int SLACK = LINE / Float.BYTES - 1;

  /// Null where a program of others has not allowed calls of libraries, or none has this one: a
  /// vector that crosses a line is as right, and only slower.
  private static final MethodHandle MEMMOVE =
      Alignment.class.getModule().isNativeAccessEnabled() ? memmove() : null;

  private Alignment() {}

  private static MethodHandle memmove() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor takes =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, // the address, as a number
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG);
    Linker.Option takesArrays = Linker.Option.critical(true);
    return linker
        .defaultLookup()
        .find("memmove")
        .map(function -> linker.downcallHandle(function, takes, takesArrays))
        .orElse(null);
  }

  /// The first number of an array that begins a line, [#SLACK] at most; 0 if nobody may ask.
  static int of(float[] array) {
    return MEMMOVE == null ? 0 : (int) (-address(array) & (LINE - 1)) / Float.BYTES;
  }

  private static long address(float[] array) {
    MemorySegment numbers = MemorySegment.ofArray(array);
    try {
      return (long) MEMMOVE.invokeExact(numbers, numbers, 0L);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // C throws nothing
    }
  }
}
