package io.github.nonplus.cli;

import io.github.nonplus.system.WindowsConsole;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/// Standard output, where results go. When its reader has gone, as `head` does once it has seen
/// enough, nobody wants the rest, and what produces it is ended by a [ReaderGone].
final class StandardOutput extends OutputStream {
  private final OutputStream out;
  private boolean isGone;

  StandardOutput(OutputStream out) {
    this.out = out;
  }

  /// That of this process. It is not buffered.
  static StandardOutput ofProcess() {
    return new StandardOutput(
        WindowsConsole.of(WindowsConsole.OUTPUT)
            .orElseGet(() -> new FileOutputStream(FileDescriptor.out)));
  }

  /// Nobody reads any more. Thrown once; what is written afterwards goes nowhere.
  static final class ReaderGone extends RuntimeException {
    private static final long serialVersionUID = 1;

    ReaderGone(IOException cause) {
      super("standard output was closed by its reader", cause);
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (isGone) {
      return;
    }
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      if (isBrokenPipe(e)) {
        isGone = true;
        throw new ReaderGone(e);
      }
      throw e;
    }
  }

  /// The system's own words are all there is; in every language that was looked at, and on Windows,
  /// a pipe is called one.
  private static boolean isBrokenPipe(IOException e) {
    return e.getMessage() != null && e.getMessage().toLowerCase(Locale.ROOT).contains("pipe");
  }
}
