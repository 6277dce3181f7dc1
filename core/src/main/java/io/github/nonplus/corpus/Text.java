package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A text to be tokenized.
///
/// @param name says where it came from
/// @param content its characters, exactly: line ends and byte order marks are not touched
/// @param bytes its length in UTF-8
/// @param sha256 digest of its UTF-8 bytes
public record Text(String name, String content, int bytes, String sha256) {
  /// The largest text that is read, twenty-five times WikiText-2's test text. A text is tokenized
  /// in one go, in which Hugging Face's library takes some 150 bytes of memory for each byte of
  /// text.
  static final int MAX_BYTES = 32 << 20;

  /// A text at hand.
  public static Text of(String name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new Text(name, content, bytes.length, Sha256.of(bytes));
  }

  /// A file of UTF-8 text, verbatim.
  ///
  /// @throws CorpusException if it is empty, too large, or not UTF-8 (naming line and byte)
  public static Text read(Path file) {
    byte[] bytes = bytes(file);
    if (bytes.length == 0) {
      throw new CorpusException(file + " is empty, expected a text; give another file");
    }
    return new Text(file.toString(), decode(file, bytes), bytes.length, Sha256.of(bytes));
  }

  private static byte[] bytes(Path file) {
    if (Files.isDirectory(file)) {
      throw new CorpusException(file + " is a directory; give a file of text");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new CorpusException(
            "%s is larger than %d MiB, the most that is tokenized at once; split it"
                .formatted(file, MAX_BYTES >> 20));
      }
      return bytes;
    } catch (IOException e) {
      throw new CorpusException(
          "the text %s cannot be read: %s; give a file of text".formatted(file, Reason.of(e)), e);
    }
  }

  private static String decode(Path file, byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length); // never more characters than bytes
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw malformed(file, bytes, in.position());
    }
    return out.flip().toString();
  }

  private static CorpusException malformed(Path file, byte[] bytes, int at) {
    int line = 1;
    for (int i = 0; i < at; i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return new CorpusException(
        "%s is not UTF-8: line %d has the byte 0x%02x at offset %d; convert the file to UTF-8"
            .formatted(file, line, bytes[at], at));
  }
}
