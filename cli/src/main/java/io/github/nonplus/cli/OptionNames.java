package io.github.nonplus.cli;

/// Option names as the commands declare them: words joined by dashes. MLC's own commands spell many
/// of them with underscores, so `--model_path` is taken as `--model-path`.
final class OptionNames {
  private OptionNames() {}

  /// The arguments with dashes for underscores in every option name. Values (after `=`, or
  /// arguments of their own) stay as they are, and so does everything after a bare `--`.
  static String[] normalized(String... arguments) {
    String[] result = arguments.clone();
    for (int i = 0; i < result.length && !result[i].equals("--"); i++) {
      if (result[i].startsWith("--")) {
        int equals = result[i].indexOf('=');
        int end = equals < 0 ? result[i].length() : equals;
        result[i] = result[i].substring(0, end).replace('_', '-') + result[i].substring(end);
      }
    }
    return result;
  }
}
