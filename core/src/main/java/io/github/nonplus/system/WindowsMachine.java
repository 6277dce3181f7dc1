package io.github.nonplus.system;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What Windows says of this process and of what it runs on.
public final class WindowsMachine {
  private static final long COUNTERS = 72;
  private static final long PEAK_WORKING_SET = 8;
  private static final int LOCAL_MACHINE = 0x8000_0002;
  private static final int TEXT = 2;
  private static final int LONGEST = 512;

  private WindowsMachine() {}

  /// The most bytes of memory that this process ever held; empty on other systems.
  public static Optional<Long> peakMemory() {
    return WindowsCalls.ask(
        arena -> {
          MemorySegment counters = arena.allocate(COUNTERS, Long.BYTES);
          MemorySegment self =
              (MemorySegment)
                  WindowsCalls.function("kernel32", "GetCurrentProcess", WindowsCalls.POINTER)
                      .invokeExact();
          // BOOL K32GetProcessMemoryInfo(HANDLE, PROCESS_MEMORY_COUNTERS *, DWORD size)
          int status =
              (int)
                  WindowsCalls.function(
                          "kernel32",
                          "K32GetProcessMemoryInfo",
                          WindowsCalls.INT,
                          WindowsCalls.POINTER,
                          WindowsCalls.POINTER,
                          WindowsCalls.INT)
                      .invokeExact(self, counters, (int) COUNTERS);
          return status == 0 ? null : counters.get(ValueLayout.JAVA_LONG, PEAK_WORKING_SET);
        });
  }

  /// The processor's name, as its registry has it; empty on other systems.
  public static Optional<String> processor() {
    return WindowsCalls.ask(
            arena -> {
              MemorySegment text = arena.allocate(LONGEST);
              MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, LONGEST);
              // LSTATUS RegGetValueW(HKEY, key, value, DWORD flags, DWORD *type, void *, DWORD *)
              int status =
                  (int)
                      WindowsCalls.function(
                              "advapi32",
                              "RegGetValueW",
                              WindowsCalls.INT,
                              WindowsCalls.POINTER,
                              WindowsCalls.POINTER,
                              WindowsCalls.POINTER,
                              WindowsCalls.INT,
                              WindowsCalls.POINTER,
                              WindowsCalls.POINTER,
                              WindowsCalls.POINTER)
                          .invokeExact(
                              MemorySegment.ofAddress(LOCAL_MACHINE),
                              WindowsCalls.wide(
                                  arena, "HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0"),
                              WindowsCalls.wide(arena, "ProcessorNameString"),
                              TEXT,
                              MemorySegment.NULL,
                              text,
                              size);
              return status == 0 ? text.getString(0, StandardCharsets.UTF_16LE).strip() : null;
            })
        .filter(name -> !name.isEmpty());
  }
}
