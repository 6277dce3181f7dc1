package io.github.nonplus.corpus;

import io.github.nonplus.failure.RequestException;
import java.util.Arrays;
import java.util.stream.Collectors;

/// In which form a file keeps its texts.
public enum TextForm {
  /// All of it is one text.
  TEXT("text"),

  /// A JSON object on each line, of which one field is a text.
  JSON_LINES("jsonl"),

  /// A table, of which one column holds texts.
  PARQUET("parquet");

  private final String label;

  TextForm(String label) {
    this.label = label;
  }

  /// The form of that name.
  ///
  /// @throws RequestException naming all, if there is none
  public static TextForm named(String name) {
    return Arrays.stream(values())
        .filter(form -> form.label.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestException(
                    "--text-form is '%s', expected one of %s"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(form -> form.label)
                                .collect(Collectors.joining(", ")))));
  }
}
