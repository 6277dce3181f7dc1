package io.github.nonplus.device.opencl.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.TreeMap;

/// The JVM's signal handlers, put back after a driver was at work. The JVM halts its threads by
/// SIGSEGV and ends in order on SIGINT and SIGTERM. LLVM, which PoCL brings along, takes these
/// signals for itself, with handlers that are gone after the first: two threads that are halted at
/// the same moment then end the process without a word. Every driver is opened when devices are
/// looked for, so this also happens to those who compute elsewhere.
///
/// Signals that are ignored stay so: a shell lets SIGINT be ignored in what runs in its background.
/// Those of which nobody said anything before are left to the driver. On Windows there is nothing
/// to do.
final class SignalHandlers implements AutoCloseable {
  /// POSIX systems number them from 1; those above are for programs' own use.
  private static final int LAST = 31;

  /// More bytes than `struct sigaction` has on any system. It begins with the handler's address.
  private static final long BYTES = 256;

  /// No handler's address: the signal is ignored. The default action is 0.
  static final long IGNORED = 1;

  private static final MethodHandle SIGACTION = sigaction();

  private final Arena arena = Arena.ofConfined();
  private final TreeMap<Integer, MemorySegment> before = new TreeMap<>();

  private SignalHandlers() {
    for (int signal = 1; signal <= LAST; signal++) {
      MemorySegment action = arena.allocate(BYTES, 16);
      if (call(signal, MemorySegment.NULL, action) == 0 && handler(action) >= IGNORED) {
        before.put(signal, action);
      }
    }
  }

  /// Those of now, which [#close] puts back.
  static SignalHandlers keep() {
    return new SignalHandlers();
  }

  /// The address of a signal's handler, 0 if it has none.
  static long address(int signal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(BYTES, 16);
      return call(signal, MemorySegment.NULL, action) == 0 ? handler(action) : 0;
    }
  }

  @Override
  public void close() {
    before.forEach(
        (signal, action) -> {
          if (address(signal) != handler(action)) {
            call(signal, action, MemorySegment.NULL);
          }
        });
    arena.close();
  }

  private static long handler(MemorySegment action) {
    return action.get(ValueLayout.JAVA_LONG, 0);
  }

  /// Reads or writes the action of a signal; not 0 if the system does not let it.
  private static int call(int signal, MemorySegment to, MemorySegment from) {
    if (SIGACTION == null) {
      return -1;
    }
    try {
      return (int) SIGACTION.invokeExact(signal, to, from);
    } catch (Throwable e) {
      throw new IllegalStateException("sigaction cannot be called", e);
    }
  }

  @SuppressWarnings("restricted") // a function of the C library is called here, on purpose
  private static MethodHandle sigaction() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("sigaction")
        .map(
            address ->
                linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS)))
        .orElse(null);
  }
}
