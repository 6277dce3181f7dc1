package io.github.nonplus.report.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.nonplus.failure.RecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// The scores of a record, each window checked.
public record RecordScores(List<ScoredWindow> windows) {
  public RecordScores {
    windows = List.copyOf(windows);
  }

  /// Reads scores and texts token by token of JSON.
  static final class Reader {
    private static final int LARGEST_BYTE = 255;

    private final Path path;
    private final JsonParser json;

    Reader(Path path, JsonParser json) {
      this.path = path;
      this.json = json;
    }

    /// The list of windows that begins here.
    RecordScores windows() throws IOException {
      List<ScoredWindow> windows = new ArrayList<>();
      if (!json.isExpectedStartArrayToken()) {
        throw damaged("windows_scored", "a list of windows");
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        windows.add(window("window " + (windows.size() + 1)));
      }
      if (windows.isEmpty()) {
        throw damaged("windows_scored", "a list of windows");
      }
      return new RecordScores(windows);
    }

    private ScoredWindow window(String name) throws IOException {
      int[] ids = {};
      double[] nll = {};
      double weight = 1;
      if (json.currentToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String key = json.currentName();
          json.nextToken();
          switch (key) {
            case "ids" -> ids = ids(name);
            case "nll" -> nll = losses(name);
            case "weight" -> weight = weight(name);
            default -> json.skipChildren();
          }
        }
      }
      if (nll.length == 0 || nll.length >= ids.length) {
        throw damaged(name, "a window that scores some of its ids, and not the first");
      }
      return new ScoredWindow(ids, weight, nll);
    }

    private int[] ids(String name) throws IOException {
      IntStream.Builder ids = IntStream.builder();
      requireArray(name, "a list of ids");
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
            || json.getNumberType() != JsonParser.NumberType.INT
            || json.getIntValue() < 0) {
          throw damaged(name, "a list of ids");
        }
        ids.add(json.getIntValue());
      }
      return ids.build().toArray();
    }

    private double[] losses(String name) throws IOException {
      DoubleStream.Builder losses = DoubleStream.builder();
      requireArray(name, "a list of losses");
      while (json.nextToken() != JsonToken.END_ARRAY) {
        losses.add(number(name, "a list of losses"));
      }
      return losses.build().toArray();
    }

    private double weight(String name) throws IOException {
      double weight = number(name, "of a weight of 0 or more");
      if (weight < 0) {
        throw damaged(name, "of a weight of 0 or more");
      }
      return weight;
    }

    private double number(String name, String expected) throws IOException {
      if (!json.currentToken().isNumeric() || !Double.isFinite(json.getDoubleValue())) {
        throw damaged(name, expected);
      }
      return json.getDoubleValue();
    }

    private void requireArray(String name, String expected) {
      if (!json.isExpectedStartArrayToken()) {
        throw damaged(name, expected);
      }
    }

    /// The texts of ids that begin here; nothing if the model had no tokenizer.
    Optional<TokenTexts> texts() throws IOException {
      if (json.currentToken() == JsonToken.VALUE_NULL) {
        return Optional.empty();
      }
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw damaged("token_texts", "texts by id");
      }
      Map<Integer, byte[]> bytes = new HashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        if (!key.matches("0|[1-9][0-9]{0,8}")) {
          throw damaged("token_texts", "texts by id");
        }
        json.nextToken();
        bytes.put(Integer.parseInt(key), bytes());
      }
      return Optional.of(new TokenTexts(bytes));
    }

    private byte[] bytes() throws IOException {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        return json.getText().getBytes(StandardCharsets.UTF_8);
      }
      if (!json.isExpectedStartArrayToken()) {
        throw damaged("token_texts", "texts by id");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
            || json.getNumberType() != JsonParser.NumberType.INT
            || json.getIntValue() < 0
            || json.getIntValue() > LARGEST_BYTE) {
          throw damaged("token_texts", "texts, or lists of bytes, by id");
        }
        bytes.write(json.getIntValue());
      }
      return bytes.toByteArray();
    }

    private RecordException damaged(String what, String expected) {
      return Facts.damaged(path, what, expected);
    }
  }
}
