package io.github.nonplus.files;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/// Why a text is no JSON, and where, in words that fit into brackets: what is wrong with the text,
/// without the settings of a Java library by which it would be read.
public final class JsonReason {
  private static final String SETTINGS =
      ":? enable `.*| \\(start marker at .*| \\(bound as .*| \\(not recognized as one since .*";

  private JsonReason() {}

  /// The reason, with line and column.
  public static String of(JsonProcessingException failure) {
    JsonLocation at = failure.getLocation();
    return words(failure)
        + (at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()));
  }

  /// The same of a text that is one line.
  public static String inLine(JsonProcessingException failure) {
    JsonLocation at = failure.getLocation();
    return words(failure) + (at == null ? "" : " at column " + at.getColumnNr());
  }

  private static String words(JsonProcessingException failure) {
    return failure
        .getOriginalMessage()
        .replaceAll(", from `[^`]*`", "")
        .replaceAll("(?s)" + SETTINGS, "")
        .replaceFirst("^Non-standard token '([^']*)'", "$1 is no number in JSON")
        .replace("'\ufeff' (code", "a byte order mark (code");
  }
}
