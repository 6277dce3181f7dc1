package io.github.nonplus.system;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A console of Windows, which takes text in UTF-8 and shows it whatever its code page is: bytes
/// that are written to a console are characters of that page, but a console can be given Unicode.
public final class WindowsConsole extends OutputStream {
  /// Standard output and standard error, as Windows numbers them.
  public static final int OUTPUT = -11;

  public static final int ERROR = -12;

  /// Characters that are written at once; older consoles take 64 KiB, not more.
  private static final int MOST = 8192;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment characters = arena.allocate(ValueLayout.JAVA_CHAR, MOST);
  private final MemorySegment written = arena.allocate(ValueLayout.JAVA_INT);
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final MemorySegment handle;
  private final MethodHandle write;
  private ByteBuffer rest = ByteBuffer.allocate(0);

  private WindowsConsole(MemorySegment handle, MethodHandle write) {
    this.handle = handle;
    this.write = write;
  }

  /// The console that one of the standard streams goes to; empty if it goes to a file or a pipe,
  /// and on other systems.
  ///
  /// @param stream [#OUTPUT] or [#ERROR]
  public static Optional<OutputStream> of(int stream) {
    return WindowsCalls.ask(
        arena -> {
          MemorySegment handle =
              (MemorySegment)
                  WindowsCalls.function(
                          "kernel32", "GetStdHandle", WindowsCalls.POINTER, WindowsCalls.INT)
                      .invokeExact(stream);
          int isConsole =
              (int)
                  WindowsCalls.function(
                          "kernel32",
                          "GetConsoleMode",
                          WindowsCalls.INT,
                          WindowsCalls.POINTER,
                          WindowsCalls.POINTER)
                      .invokeExact(handle, arena.allocate(ValueLayout.JAVA_INT));
          return isConsole == 0 ? null : new WindowsConsole(handle, writeConsole());
        });
  }

  /// `BOOL WriteConsoleW(HANDLE, const void *characters, DWORD count, DWORD *written, void *)`.
  private static MethodHandle writeConsole() {
    return WindowsCalls.function(
        "kernel32",
        "WriteConsoleW",
        WindowsCalls.INT,
        WindowsCalls.POINTER,
        WindowsCalls.POINTER,
        WindowsCalls.INT,
        WindowsCalls.POINTER,
        WindowsCalls.POINTER);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  /// A character of which only a part has come waits for the rest.
  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(rest.remaining() + length);
    in.put(rest).put(bytes, offset, length).flip();
    CharBuffer out =
        characters.asByteBuffer().order(java.nio.ByteOrder.nativeOrder()).asCharBuffer();
    boolean more = true;
    while (more) {
      out.clear();
      more = decoder.decode(in, out, false).isOverflow();
      show(out.position());
    }
    rest = ByteBuffer.allocate(in.remaining()).put(in).flip();
  }

  private void show(int count) throws IOException {
    MemorySegment from = characters;
    for (int left = count; left > 0; ) {
      int status;
      try {
        status = (int) write.invokeExact(handle, from, left, written, MemorySegment.NULL);
      } catch (Throwable e) {
        throw new IOException(e);
      }
      int done = written.get(ValueLayout.JAVA_INT, 0);
      if (status == 0 || done <= 0) {
        throw new IOException("the console is a broken pipe"); // it was closed
      }
      left -= done;
      from = from.asSlice((long) done * Character.BYTES);
    }
  }
}
