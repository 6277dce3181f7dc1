package io.github.nonplus.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The commands, by name and in the order in which they are used.
///
/// To know all options of all of them takes a tenth of a second at each start, so only those are
/// made that the arguments can mean.
final class Commands {
  private static final Map<String, Supplier<Object>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("demo", Demo::new);
    ALL.put("perplexity", Perplexity::new);
    ALL.put("divergence", Divergence::new);
    ALL.put("convert-weight", ConvertWeight::new);
    ALL.put("compile", Compile::new);
    ALL.put("preprocess-input", PreprocessInput::new);
    ALL.put("calculate-perplexity", CalculatePerplexity::new);
    ALL.put("merge", Merge::new);
    ALL.put("hf-calculate-perplexity", HfCalculatePerplexity::new);
    ALL.put("compare", Compare::new);
    ALL.put("report", Report::new);
    ALL.put("explain", Explain::new);
    ALL.put("verify", Verify::new);
    ALL.put("inspect", Inspect::new);
    ALL.put("devices", ListDevices::new);
    ALL.put(Help.NAME, Help::new);
  }

  private Commands() {}

  static Collection<String> names() {
    return ALL.keySet();
  }

  /// A new command, with its options as none gives them.
  static Object named(String name) {
    return ALL.get(name).get();
  }

  /// Those that arguments can mean, names spelled with dashes: the one that they begin with; none
  /// where the version is asked for; else all.
  static Collection<String> meant(String... arguments) {
    if (arguments.length == 1 && List.of("--version", "-V").contains(arguments[0])) {
      return List.of();
    }
    boolean isOne =
        arguments.length > 0 && ALL.containsKey(arguments[0]) && !arguments[0].equals(Help.NAME);
    return isOne ? List.of(arguments[0]) : names();
  }
}
