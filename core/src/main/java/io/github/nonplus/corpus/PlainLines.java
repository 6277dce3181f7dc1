package io.github.nonplus.corpus;

import io.github.nonplus.files.InputFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Path;
import java.util.Arrays;

/// The bytes of a file of windows as Nonplus writes it, where an editor or a transfer has made its
/// lines those of Windows: without a byte order mark before the first, and with a line feed alone
/// where a carriage return stood before it. Any other carriage return stays.
///
/// Neither can mean anything among ids, so equal windows have equal digests. A text, in which both
/// are characters, is never read this way.
final class PlainLines extends FilterInputStream {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final PushbackInputStream pushback;

  private PlainLines(PushbackInputStream pushback) {
    super(pushback);
    this.pushback = pushback;
  }

  static InputStream of(Path file) throws IOException {
    PushbackInputStream in =
        new PushbackInputStream(InputFile.stream(file), BYTE_ORDER_MARK.length);
    byte[] begin = in.readNBytes(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(begin, BYTE_ORDER_MARK)) {
      in.unread(begin);
    }
    return new PlainLines(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /// Nothing that is read vanishes altogether: of two bytes one is left.
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int end = offset + in.read(into, offset, length);
    int to = offset;
    for (int i = offset; i < end; i++) {
      int next = into[i] != '\r' ? 0 : i + 1 < end ? into[i + 1] : peek();
      if (next != '\n') {
        into[to++] = into[i];
      } else if (i + 1 == end) {
        into[to++] = (byte) in.read();
      }
    }
    return end < offset ? -1 : to - offset;
  }

  private int peek() throws IOException {
    int next = in.read();
    if (next >= 0) {
      pushback.unread(next);
    }
    return next;
  }
}
