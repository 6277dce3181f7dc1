package io.github.nonplus.library;

import io.github.nonplus.failure.CompileException;
import java.util.OptionalInt;

/// What the user asked of the compiler beside the model, the scheme and the device.
///
/// @param perplexity whether the library gets the function `score`
/// @param contextWindow the longest window, if not the model's own
/// @param prefillChunk the most tokens of a batch, if not the default
public record CompileOptions(
    boolean perplexity, OptionalInt contextWindow, OptionalInt prefillChunk) {
  /// With `score`, everything else by default.
  public static final CompileOptions SCORING =
      new CompileOptions(true, OptionalInt.empty(), OptionalInt.empty());

  /// Parses MLC's form `context_window_size=…;prefill_chunk_size=…`.
  public CompileOptions withOverrides(String overrides) {
    CompileOptions options = this;
    for (String override : overrides.split(";")) {
      if (override.isBlank()) {
        continue;
      }
      int equals = override.indexOf('=');
      String key = equals < 0 ? override.strip() : override.substring(0, equals).strip();
      int value = number(override, equals < 0 ? "" : override.substring(equals + 1).strip());
      options =
          switch (key) {
            case "context_window_size" ->
                new CompileOptions(perplexity, OptionalInt.of(value), options.prefillChunk);
            case "prefill_chunk_size" ->
                new CompileOptions(perplexity, options.contextWindow, OptionalInt.of(value));
            default ->
                throw new CompileException(
                    "--overrides: '%s' is not known; use context_window_size, prefill_chunk_size"
                        .formatted(key));
          };
    }
    return options;
  }

  private static int number(String override, String digits) {
    try {
      int value = Integer.parseInt(digits);
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new CompileException(
        "--overrides: '%s' is not of the form name=number with a number above 0"
            .formatted(override.strip()));
  }
}
