package io.github.nonplus.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Keys of `config.json` that change nothing that a family computes, or nothing at certain values:
/// the table `harmless-keys.txt`, which says for each where it was found.
public final class HarmlessKeys {
  private static final String TABLE = "harmless-keys.txt";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Line> LINES = read();

  private final Map<String, Line> lines = new HashMap<>();

  /// A line of the table.
  ///
  /// @param families model types, or `*`
  /// @param values at which the key is harmless; empty for any
  record Line(String key, Set<String> families, List<JsonNode> values, String source) {}

  private HarmlessKeys(String family) {
    for (Line line : LINES) {
      if (line.families().contains("*") || line.families().contains(family)) {
        lines.put(line.key(), line);
      }
    }
  }

  /// Those of a model type.
  public static HarmlessKeys of(String modelType) {
    return new HarmlessKeys(modelType);
  }

  /// Whether the key is one of the table, at whatever value.
  boolean knows(String key) {
    return lines.containsKey(key);
  }

  /// Whether the key changes nothing at this value.
  public boolean contains(String key, JsonNode value) {
    Line line = lines.get(key);
    return line != null
        && (line.values().isEmpty()
            || line.values().stream().anyMatch(each -> isSame(each, value)));
  }

  /// 1 and 1.0 are one number.
  private static boolean isSame(JsonNode one, JsonNode other) {
    return one.isNumber() && other.isNumber()
        ? one.doubleValue() == other.doubleValue()
        : one.equals(other);
  }

  /// The values at which a key of the table is harmless, as a sentence names them.
  String values(String key) {
    return String.join(" or ", lines.get(key).values().stream().map(JsonNode::toString).toList());
  }

  /// All lines, in the order of the table.
  static List<Line> lines() {
    return LINES;
  }

  private static List<Line> read() {
    try (InputStream table = HarmlessKeys.class.getResourceAsStream(TABLE)) {
      List<Line> lines = new ArrayList<>();
      for (String line : new String(table.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] cells = line.strip().split("\\s+\\|\\s+");
          lines.add(
              new Line(cells[0], Set.of(cells[1].split(" ")), alternatives(cells[2]), cells[3]));
        }
      }
      return List.copyOf(lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> alternatives(String cell) throws JsonProcessingException {
    if (cell.equals("any")) {
      return List.of();
    }
    JsonNode value = JSON.readTree(cell);
    return value.isArray() ? value.valueStream().toList() : List.of(value);
  }
}
