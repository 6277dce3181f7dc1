package io.github.nonplus.spark;

import io.github.nonplus.corpus.JsonLines;
import io.github.nonplus.failure.CorpusException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.Row;

/// Where in a row its text is: bytes in the last column, which nothing has decoded yet, because
/// what decodes in silence puts other characters in the place of wrong ones.
///
/// @param column of the bytes
/// @param field of the JSON object that the bytes are; null if they are the text itself
/// @param mostBytes of a text that is scored
record TextPlace(int column, String field, int mostBytes) implements Serializable {
  /// The text.
  ///
  /// @throws CorpusException saying why there is none
  String of(Row row) {
    if (row.isNullAt(column)) {
      throw new CorpusException("the text is null");
    }
    byte[] bytes = (byte[]) row.get(column);
    if (bytes.length > mostBytes) {
      throw new CorpusException(
          "the text has %d bytes, more than the %d that are scored; divide it, or allow more with --most-bytes"
              .formatted(bytes.length, mostBytes));
    }
    return field == null ? decoded(bytes) : JsonLines.text(bytes, field);
  }

  private static String decoded(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    try {
      if (result.isError()) {
        result.throwException();
      }
      decoder.flush(out);
    } catch (CharacterCodingException e) {
      throw new CorpusException(
          "the text is not UTF-8: the byte 0x%02x at offset %d"
              .formatted(bytes[in.position()], in.position()),
          e);
    }
    return out.flip().toString();
  }
}
