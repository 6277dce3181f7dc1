package io.github.nonplus.cli;

/// Names as the commands declare them: words joined by dashes. MLC's own commands and options have
/// underscores, so `calculate_perplexity --model_lib` is taken as `calculate-perplexity
/// --model-lib`.
final class Spelling {
  private Spelling() {}

  /// The arguments with dashes for underscores in the command's name and in every option's. Values
  /// (after `=`, or arguments of their own) stay as they are, and so does everything after a bare
  /// `--`.
  static String[] normalized(String... arguments) {
    String[] result = arguments.clone();
    boolean isCommandNext = true;
    for (int i = 0; i < result.length && !result[i].equals("--"); i++) {
      if (result[i].startsWith("--")) {
        int equals = result[i].indexOf('=');
        int end = equals < 0 ? result[i].length() : equals;
        result[i] = dashed(result[i].substring(0, end)) + result[i].substring(end);
      } else if (isCommandNext && !result[i].startsWith("-")) {
        isCommandNext = result[i].equals(Help.NAME); // which a command's name follows
        result[i] = dashed(result[i]);
      }
    }
    return result;
  }

  private static String dashed(String name) {
    return name.replace('_', '-');
  }
}
