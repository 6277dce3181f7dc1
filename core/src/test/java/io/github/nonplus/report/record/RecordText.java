package io.github.nonplus.report.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Records for tests: three windows of up to four ids over the texts ` a`, `b` and half of `é`.
public final class RecordText {
  private static final String CONTENT =
      """
      {"format": "nonplus-record-1", "perplexity": 7.38905609893065, "mean_nll": 2.0,
       "windows": 3, "tokens_scored": 7,
       "protocol": "qualcomm-mlc", "averaging": "exp of the mean over windows",
       "corpus": {"windows_sha256": "%s"},
       "model": {"path": "models/%s/", "quantization": "q4f16_0", "tokenizer_sha256": "%s"},
       "windows_scored": [{"ids": [0, 1, 2, 1], "nll": [1.0, 2.0, 3.0]},
                          {"ids": [2, 1, 0, 1], "nll": [2.0, 0.5, 3.5]},
                          {"ids": [0, 1], "nll": [2.0]}],
       "token_texts": {"0": " a", "1": "b", "2": [195]}}
      """
          .formatted("a".repeat(64), "tiny", "b".repeat(64));

  private RecordText() {}

  /// Writes one with a change.
  public static Path write(Path file, Consumer<ObjectNode> change) {
    try {
      ObjectNode json = (ObjectNode) new ObjectMapper().readTree(CONTENT);
      change.accept(json);
      return Files.writeString(file, json.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lets the record claim as many windows and tokens as it has.
  public static void count(ObjectNode json) {
    long tokens = 0;
    for (JsonNode window : json.get("windows_scored")) {
      tokens += window.get("nll").size();
    }
    json.put("windows", json.get("windows_scored").size()).put("tokens_scored", tokens);
  }

  /// The first window.
  static ObjectNode window(ObjectNode json) {
    return (ObjectNode) json.get("windows_scored").get(0);
  }

  static ArrayNode ids(ObjectNode json) {
    return (ArrayNode) window(json).get("ids");
  }

  static ArrayNode losses(ObjectNode json) {
    return (ArrayNode) window(json).get("nll");
  }
}
