package io.github.nonplus.files;

import com.fasterxml.jackson.core.JsonProcessingException;

/// What a file is that should be JSON and is not, and what to do about it.
final class JsonProblem {
  private JsonProblem() {}

  static String sentence(Object file, String text, JsonProcessingException malformed) {
    return LfsPointer.sentence(file, text)
        .orElseGet(
            () -> {
              if (text.stripLeading().startsWith("<")) {
                return file
                    + " is not valid JSON but a web page; download the file itself, not the page"
                    + " that shows it";
              }
              return "%s is not valid JSON (%s); correct it, or download it again"
                  .formatted(file, JsonReason.of(malformed));
            });
  }
}
