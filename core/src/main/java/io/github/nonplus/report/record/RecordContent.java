package io.github.nonplus.report.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.JsonReason;
import io.github.nonplus.files.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// A record's file taken apart, or that of a result without scores. It is read as it comes, so its
/// size is limited by nothing: the scores of ten million tokens are 200 MB of text.
///
/// @param path where it lies
/// @param facts all but the scores and the texts of ids
/// @param scores if there are any
/// @param tokenTexts likewise; within it nothing if the model had no tokenizer
public record RecordContent(
    Path path,
    ObjectNode facts,
    Optional<RecordScores> scores,
    Optional<Optional<TokenTexts>> tokenTexts) {
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  /// Reads a file.
  ///
  /// @throws RecordException saying what is wrong with it
  public static RecordContent read(Path path) {
    if (Files.isDirectory(path)) {
      throw new RecordException(path + " is a directory, expected a JSON file");
    }
    try (InputStream in = new BufferedInputStream(InputFile.stream(path));
        JsonParser json = JSON.createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new RecordException(path + " does not hold a JSON object");
      }
      RecordContent content = read(path, json);
      if (json.nextToken() != null) {
        throw new RecordException(path + " is not valid JSON (something follows its object)");
      }
      return content;
    } catch (JsonProcessingException malformed) {
      throw new RecordException(
          "%s is not valid JSON (%s)".formatted(path, JsonReason.of(malformed)), malformed);
    } catch (NoSuchFileException missing) {
      throw new RecordException(path + " is missing", missing);
    } catch (IOException unreadable) {
      throw new RecordException(
          "%s cannot be read (%s)".formatted(path, Reason.of(unreadable)), unreadable);
    }
  }

  private static RecordContent read(Path path, JsonParser json) throws IOException {
    RecordScores.Reader reader = new RecordScores.Reader(path, json);
    ObjectNode facts = JSON.createObjectNode();
    Optional<RecordScores> scores = Optional.empty();
    Optional<Optional<TokenTexts>> texts = Optional.empty();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "windows_scored" -> scores = Optional.of(reader.windows());
        case "token_texts" -> texts = Optional.of(reader.texts());
        default -> facts.set(key, JSON.readTree(json));
      }
    }
    return new RecordContent(path, facts, scores, texts);
  }
}
