package io.github.nonplus.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// Makes an option whose value is optional take the next argument only if that is a truth value, so
/// that `--perplexity` may stand before the model as well as alone, and `--perplexity True` is
/// understood as MLC LLM's own command understands it.
final class TrueOrFalse implements IParameterPreprocessor {
  private static final String VALUES = "true|false|1|0";

  @Override
  public boolean preprocess(
      Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> facts) {
    boolean attached = "=".equals(facts.get("separator")); // --perplexity=True
    if (!attached
        && (arguments.isEmpty() || !arguments.peek().toLowerCase(Locale.ROOT).matches(VALUES))) {
      arguments.push("True");
    }
    return false; // picocli goes on and takes the value
  }
}
