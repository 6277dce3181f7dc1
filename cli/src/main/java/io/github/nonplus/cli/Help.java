package io.github.nonplus.cli;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.UnknownName;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus help`: what `--help` says, the other way round.
@Command(
    name = Help.NAME,
    description = {"Says what a command does and which options it has.", ""},
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  nonplus help perplexity"})
final class Help implements Callable<Integer> {
  static final String NAME = "help";

  @Parameters(
      arity = "0..1",
      paramLabel = "COMMAND",
      description = "The command. Default: all of them, in a line each.")
  String command;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine all = spec.parent().commandLine();
    CommandLine asked = command == null ? all : all.getSubcommands().get(command);
    if (asked == null) {
      throw new RequestException(
          UnknownName.sentence("command", command, List.copyOf(all.getSubcommands().keySet())));
    }
    asked.usage(spec.commandLine().getOut());
    return 0;
  }
}
