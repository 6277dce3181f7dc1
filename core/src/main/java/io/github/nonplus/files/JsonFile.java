package io.github.nonplus.files;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.BiFunction;

/// Reads a JSON object from a file that nobody trusts: its size is bounded, duplicate keys and
/// anything after the closing brace are refused. A byte order mark, which editors of Windows put
/// before it, is passed over.
public final class JsonFile {
  private static final long MAXIMUM_BYTES = 100_000_000;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final ObjectMapper MAPPER = mapper(new JsonFactoryBuilder());

  private static final ObjectMapper PYTHON =
      mapper(new JsonFactoryBuilder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS));

  private static ObjectMapper mapper(JsonFactoryBuilder factory) {
    return new ObjectMapper(factory.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  private JsonFile() {}

  /// Readies the reader, so that the first file does not wait for what Java makes once: tables of
  /// powers above all, which take as long as all that a start does before.
  public static void prepare() {
    object(
        PYTHON, Path.of(""), "{}", (sentence, cause) -> new IllegalStateException(sentence, cause));
  }

  /// The object in `file`.
  ///
  /// @param failure makes the exception of the caller's domain from a sentence and its cause
  public static ObjectNode read(
      Path file, BiFunction<String, Throwable, ? extends RuntimeException> failure) {
    return read(MAPPER, file, failure);
  }

  /// The same as Python's `json` writes it, where NaN and Infinity are numbers: the limits of Mamba
  /// 2's steps, for one.
  public static ObjectNode readOfPython(
      Path file, BiFunction<String, Throwable, ? extends RuntimeException> failure) {
    return read(PYTHON, file, failure);
  }

  private static ObjectNode read(
      ObjectMapper mapper,
      Path file,
      BiFunction<String, Throwable, ? extends RuntimeException> failure) {
    try {
      if (Files.isDirectory(file)) {
        throw failure.apply(file + " is a directory, expected a JSON file", null);
      }
      long size = Files.size(file);
      if (size > MAXIMUM_BYTES) {
        throw failure.apply(
            "%s has %d bytes, more than the %d that are read".formatted(file, size, MAXIMUM_BYTES),
            null);
      }
      return object(mapper, file, text(InputFile.bytes(file)), failure);
    } catch (NoSuchFileException missing) {
      throw failure.apply(file + " is missing", missing);
    } catch (IOException unreadable) {
      throw failure.apply(
          "%s cannot be read (%s)".formatted(file, Reason.of(unreadable)), unreadable);
    }
  }

  private static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private static ObjectNode object(
      ObjectMapper mapper,
      Path file,
      String text,
      BiFunction<String, Throwable, ? extends RuntimeException> failure) {
    JsonNode json;
    try {
      json = mapper.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw failure.apply(JsonProblem.sentence(file, text, malformed), malformed);
    }
    if (json instanceof ObjectNode object) {
      return object;
    }
    throw failure.apply(file + " does not hold a JSON object", null);
  }
}
