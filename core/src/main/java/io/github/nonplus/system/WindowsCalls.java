package io.github.nonplus.system;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The calls of Windows that are used, with their C prototypes. They are asked for where Windows
/// is; a call that it does not have gives what the caller has for want of an answer.
@SuppressWarnings("restricted") // libraries are called here, on purpose
final class WindowsCalls {
  static final MemoryLayout POINTER = ValueLayout.ADDRESS;
  static final MemoryLayout INT = ValueLayout.JAVA_INT;

  private WindowsCalls() {}

  /// Whether this is Windows.
  static boolean areHere() {
    return System.getProperty("os.name").startsWith("Windows");
  }

  /// A function of a library of the system.
  static MethodHandle function(
      String library, String name, MemoryLayout result, MemoryLayout... takes) {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow(name),
            FunctionDescriptor.of(result, takes));
  }

  /// What gives an answer or fails.
  interface Question<T> {
    T ask(Arena arena) throws Throwable;
  }

  /// The answer; empty on other systems, and where this Windows has none.
  static <T> Optional<T> ask(Question<T> question) {
    if (!areHere()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      return Optional.ofNullable(question.ask(arena));
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      return Optional.empty(); // this Windows has no such function
    }
  }

  /// `name` in the form of Windows' own functions.
  static MemorySegment wide(Arena arena, String name) {
    return arena.allocateFrom(name, StandardCharsets.UTF_16LE);
  }
}
