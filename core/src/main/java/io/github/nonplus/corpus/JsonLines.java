package io.github.nonplus.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.InputFile;
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
import java.util.function.Consumer;

/// A file with a JSON object on each line, of which one field is a row's text.
///
/// @param path where it lies
/// @param name says where it came from
/// @param field the field's name
/// @param sha256 digest of the file
public record JsonLines(Path path, String name, String field, String sha256) implements RowSource {
  /// The longest line that is read.
  static final int MAX_LINE = 64 << 20;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /// Opens a file.
  public static JsonLines of(Path path, String name, String field) {
    try {
      return new JsonLines(path, name, field, Sha256.of(path));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
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
            throw failure(number, "is longer than the %d bytes that are read".formatted(MAX_LINE));
          }
          continue;
        }
        sink.accept(text(line.toByteArray(), number, offset));
        offset += line.size() + 1L;
        number++;
        line.reset();
      }
      if (line.size() > 0) {
        sink.accept(text(line.toByteArray(), number, offset));
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private String text(byte[] line, long number, long offset) {
    JsonNode json;
    try {
      json = MAPPER.readTree(decoded(line, number, offset));
    } catch (JsonProcessingException e) {
      throw failure(number, "is not valid JSON (%s)".formatted(e.getOriginalMessage()));
    }
    if (!json.isObject()) {
      throw failure(number, "holds no JSON object");
    }
    JsonNode value = json.path(field);
    if (value.isMissingNode()) {
      throw failure(
          number,
          "has no field '%s', but %s; name the text's with --field"
              .formatted(
                  field,
                  String.join(
                      ", ", json.properties().stream().map(each -> each.getKey()).toList())));
    }
    if (!value.isTextual()) {
      throw failure(number, "has a field '%s' that is no text".formatted(field));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
      throw failure(
          number, "has half of a surrogate pair in '%s', which is no text".formatted(field));
    }
    return value.textValue();
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

  private CorpusException failure(long line, String what) {
    return new CorpusException("%s: line %d %s".formatted(name, line, what));
  }

  private static CorpusException unreadable(String name, IOException e) {
    return new CorpusException(
        "%s cannot be read: %s; give a file with a JSON object on each line"
            .formatted(name, Reason.of(e)),
        e);
  }
}
