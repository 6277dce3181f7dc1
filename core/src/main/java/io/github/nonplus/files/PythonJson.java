package io.github.nonplus.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Prints JSON as Python's `json.dump(value, file, indent=n)` does, byte for byte: every item on
/// its own line, ASCII only, floats as `repr` prints them, no newline at the end.
public final class PythonJson {
  private final String indent;
  private final StringBuilder text = new StringBuilder();
  private String lineStart = "\n";

  private PythonJson(int indent) {
    this.indent = " ".repeat(indent);
  }

  /// The text of `json`, `indent` spaces per level.
  public static String print(JsonNode json, int indent) {
    PythonJson printer = new PythonJson(indent);
    printer.value(json);
    return printer.text.toString();
  }

  private void value(JsonNode json) {
    switch (json.getNodeType()) {
      case OBJECT -> items("{", List.copyOf(json.properties()), this::property, "}");
      case ARRAY -> items("[", json, this::value, "]");
      case STRING -> string(json.textValue());
      case BOOLEAN -> text.append(json.booleanValue());
      case NULL -> text.append("null");
      case NUMBER ->
          text.append(
              json.isIntegralNumber()
                  ? json.bigIntegerValue().toString()
                  : PythonFloat.repr(json.doubleValue()));
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("no JSON value: " + json.getNodeType());
    }
  }

  private void property(Map.Entry<String, JsonNode> property) {
    string(property.getKey());
    text.append(": ");
    value(property.getValue());
  }

  private <T> void items(String open, Iterable<T> items, Consumer<T> print, String close) {
    text.append(open);
    Iterator<T> iterator = items.iterator();
    if (iterator.hasNext()) {
      String outer = lineStart;
      lineStart += indent;
      String separator = lineStart;
      while (iterator.hasNext()) {
        text.append(separator);
        print.accept(iterator.next());
        separator = "," + lineStart;
      }
      lineStart = outer;
      text.append(lineStart);
    }
    text.append(close);
  }

  private void string(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\f' -> text.append("\\f");
        case '\b' -> text.append("\\b");
        default -> {
          if (c >= ' ' && c <= '~') {
            text.append(c);
          } else {
            text.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    text.append('"');
  }
}
