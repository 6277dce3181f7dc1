package io.github.nonplus.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/// One line of a journal: the CRC-32C of the rest in eight hexadecimal digits, a space, and a JSON
/// object.
///
/// ```
/// 3f1c77a0 {"batch":{"first":16,"seconds":0.25,"windows":[{"position":1,"nll":[2.5,0.125]}]}}
/// ```
///
/// Doubles are in the shortest decimal form that reads back to the same bits.
final class JournalLine {
  private static final int CHECKSUM = 9;

  /// No line is shorter.
  static final int SHORTEST = CHECKSUM + 2;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JournalLine() {}

  /// The line, line feed included.
  static byte[] of(ObjectNode json) {
    try {
      byte[] text = JSON.writeValueAsBytes(json);
      byte[] line = new byte[CHECKSUM + text.length + 1];
      byte[] head = (checksum(text, 0, text.length) + " ").getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(head, 0, line, 0, CHECKSUM);
      System.arraycopy(text, 0, line, CHECKSUM, text.length);
      line[line.length - 1] = '\n';
      return line;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Whether a line may begin there, by its shape.
  static boolean mayBegin(byte[] bytes, int from) {
    return bytes[from + CHECKSUM - 1] == ' ' && bytes[from + CHECKSUM] == '{';
  }

  /// The object of the line that lies at `bytes[from … to)`, without its line feed; empty if it is
  /// not as it was written.
  static Optional<ObjectNode> read(byte[] bytes, int from, int to) {
    if (to - from <= CHECKSUM || bytes[from + CHECKSUM - 1] != ' ') {
      return Optional.empty();
    }
    String stated = new String(bytes, from, CHECKSUM - 1, StandardCharsets.ISO_8859_1);
    int json = from + CHECKSUM;
    if (!stated.equals(checksum(bytes, json, to - json))) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(bytes, json, to - json);
      return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
