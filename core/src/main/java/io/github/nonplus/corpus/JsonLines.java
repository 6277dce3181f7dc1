package io.github.nonplus.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.JsonReason;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// A file with a JSON object on each line, of which one field is a row's text. A byte order mark
/// before the first and lines without anything are passed over.
///
/// @param path where it lies
/// @param name says where it came from
/// @param field the field's name
/// @param sha256 digest of the file
public record JsonLines(Path path, String name, String field, String sha256) implements RowSource {
  /// The longest line that is read.
  static final int MAX_LINE = 64 << 20;

  private static final String BYTE_ORDER_MARK = "\ufeff";
  private static final int MOST_NAMES = 20;

  /// Rows are read by what Python writes: its numbers may be no numbers. A text may be as long as a
  /// line.
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(MAX_LINE).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /// Opens a file.
  public static JsonLines of(Path path, String name, String field) {
    try {
      return new JsonLines(path, name, field, Sha256.of(path));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /// The text of one line that an engine has read.
  ///
  /// @throws CorpusException if it is no such object, or its field no text
  public static String text(byte[] line, String field) {
    StringBuilder text = new StringBuilder();
    new JsonLines(Path.of(""), "the document", field, "").row(line, 1, 0, text::append);
    return text.toString();
  }

  @Override
  public void forEach(Consumer<String> sink) {
    try (InputStream in = new BufferedInputStream(InputFile.stream(path))) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long number = 1;
      long offset = 0;
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != '\n') {
          line.write(b);
          if (line.size() > MAX_LINE) {
            throw failure(
                number,
                "is longer than the %d bytes that are read; divide its text into several lines",
                MAX_LINE);
          }
          continue;
        }
        row(line.toByteArray(), number, offset, sink);
        offset += line.size() + 1L;
        number++;
        line.reset();
      }
      row(line.toByteArray(), number, offset, sink);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /// Hands out a line's text; an empty line has none, as for everybody who reads such files.
  private void row(byte[] bytes, long number, long offset, Consumer<String> sink) {
    String line = decoded(bytes, number, offset);
    if (number == 1 && line.startsWith(BYTE_ORDER_MARK)) {
      line = line.substring(1);
    }
    if (!line.isBlank()) {
      sink.accept(text(line, number));
    }
  }

  private String text(String line, long number) {
    JsonNode json;
    try {
      json = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw failure(
          number,
          "is not valid JSON (%s), expected an object with the field '%s'; mend the line, or leave"
              + " it out",
          JsonReason.inLine(e),
          field);
    }
    if (!json.isObject()) {
      throw failure(
          number,
          "holds %s, expected an object with the field '%s'; %s",
          kind(json),
          field,
          json.isArray()
              ? "write each of its elements on a line of its own (jq -c '.[]' does it)"
              : "give a file with a JSON object on each line");
    }
    JsonNode value = json.path(field);
    if (value.isMissingNode()) {
      throw failure(
          number, "has no field '%s', but %s; name the text's with --field", field, names(json));
    }
    if (!value.isTextual()) {
      throw failure(
          number,
          "has %s in the field '%s', expected a text; leave such lines out, or name the text's field"
              + " with --field",
          kind(value),
          field);
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
      throw failure(
          number,
          "has half of a surrogate pair in '%s', which is no text; mend the line, or leave it out",
          field);
    }
    return value.textValue();
  }

  private static String kind(JsonNode json) {
    return switch (json.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a text";
      case NUMBER -> "the number " + json.asText();
      case BOOLEAN, NULL -> json.asText();
      case BINARY, MISSING, POJO -> "nothing"; // no JSON is read as one of these
    };
  }

  private static String names(JsonNode json) {
    String names =
        json.properties().stream()
            .limit(MOST_NAMES)
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    int more = json.size() - MOST_NAMES;
    return names.isEmpty()
        ? "none at all"
        : more > 0 ? names + " and %d more".formatted(more) : names;
  }

  private String decoded(byte[] line, long number, long offset) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(line);
    CharBuffer chars = CharBuffer.allocate(line.length);
    CoderResult result = decoder.decode(bytes, chars, true);
    if (result.isError()) {
      throw new CorpusException(
          "%s is not UTF-8: line %d has the byte 0x%02x at offset %d; convert the file to UTF-8"
              .formatted(name, number, line[bytes.position()], offset + bytes.position()));
    }
    return chars.flip().toString();
  }

  private CorpusException failure(long line, String what, Object... values) {
    return new CorpusException("%s: line %d %s".formatted(name, line, what.formatted(values)));
  }

  private static CorpusException unreadable(String name, IOException e) {
    return new CorpusException(
        "%s cannot be read: %s; give a file with a JSON object on each line"
            .formatted(name, Reason.of(e)),
        e);
  }
}
