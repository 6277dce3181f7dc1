package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Bytes of a file that must be UTF-8, decoded part by part; what is not is named by line and byte.
final class Utf8Text {
  private static final int PART = 1 << 16;

  private final String name;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(PART);
  private final CharBuffer chars = CharBuffer.allocate(PART);
  private long offset;
  private long line = 1;

  /// @param name names the file in messages
  Utf8Text(String name) {
    this.name = name;
  }

  /// Decodes all of `in`.
  ///
  /// @throws CorpusException naming the first byte that is wrong
  void read(InputStream in, Consumer<String> sink) throws IOException {
    for (int n = fill(in); n >= 0; n = fill(in)) {
      decode(false, sink);
    }
    decode(true, sink);
  }

  private int fill(InputStream in) throws IOException {
    int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
    bytes.position(bytes.position() + Math.max(0, n));
    return n;
  }

  private void decode(boolean last, Consumer<String> sink) {
    bytes.flip();
    CoderResult result = decoder.decode(bytes, chars, last); // never more characters than bytes
    int taken = bytes.position();
    for (int i = 0; i < taken; i++) {
      if (bytes.get(i) == 0) {
        throw new CorpusException(
            ("%s is no text in UTF-8: line %d has a zero byte at offset %d, as UTF-16 has and files"
                    + " that are no texts; convert the file to UTF-8, or give another")
                .formatted(name, line, offset + i));
      }
      line += bytes.get(i) == '\n' ? 1 : 0;
    }
    offset += taken;
    if (result.isError()) {
      throw new CorpusException(
          "%s is not UTF-8: line %d has the byte 0x%02x at offset %d; convert the file to UTF-8"
              .formatted(name, line, bytes.get(taken), offset));
    }
    bytes.compact();
    if (chars.position() > 0) {
      sink.accept(chars.flip().toString());
      chars.clear();
    }
  }
}
