package io.github.nonplus.cli;

import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.UnknownName;
import io.github.nonplus.screen.OneLine;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// What the user sees when something goes wrong: one sentence on standard error, and a stack trace
/// only with `--debug`.
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  /// The exit code of a command that failed.
  static final int FAILED = ExitCode.SOFTWARE;

  /// The exit code of a command whose reader was gone: what a shell says of a process that the
  /// signal SIGPIPE ended.
  static final int READER_GONE = 128 + 13;

  private final boolean debug;

  Failures(boolean debug) {
    this.debug = debug;
  }

  /// A command was understood, but could not be carried out.
  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof RequestException asked) {
      return handleParseException(
          new ParameterException(command, asked.getMessage(), asked), new String[0]);
    }
    return report(failure, command.getErr());
  }

  /// A command was not understood.
  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("nonplus: " + oneLine(sentence(failure, arguments)));
    err.println("See '%s --help'.".formatted(command.getCommandSpec().qualifiedName()));
    if (debug) {
      failure.printStackTrace(err);
    }
    err.flush();
    return ExitCode.USAGE;
  }

  /// What was not understood, and what was perhaps meant.
  private static String sentence(ParameterException failure, String... arguments) {
    CommandSpec spec = failure.getCommandLine().getCommandSpec();
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !spec.subcommands().isEmpty()) {
      return UnknownName.sentence(
          "command", unmatched.getUnmatched().getFirst(), List.copyOf(spec.subcommands().keySet()));
    }
    // An option that is missing may be there under a wrong name, which is what to say then.
    return failure instanceof UnmatchedArgumentException
            || failure instanceof MissingParameterException
        ? unknownOption(spec, arguments).orElse(failure.getMessage())
        : failure.getMessage();
  }

  private static Optional<String> unknownOption(CommandSpec spec, String... arguments) {
    List<String> known = List.copyOf(spec.optionsMap().keySet());
    return Stream.of(arguments)
        .takeWhile(argument -> !argument.equals("--"))
        .filter(argument -> argument.startsWith("--"))
        .map(argument -> argument.split("=", 2)[0])
        .filter(name -> !known.contains(name))
        .findFirst()
        .map(
            name -> {
              List<String> near = UnknownName.nearest(name, known);
              return "Unknown option: '%s'%s"
                  .formatted(
                      name,
                      near.isEmpty()
                          ? ""
                          : "; did you mean %s?".formatted(String.join(" or ", near)));
            });
  }

  /// Prints the sentence for `failure`.
  int report(Throwable failure, PrintWriter err) {
    if (failure instanceof StandardOutput.ReaderGone) {
      return READER_GONE;
    }
    err.println("nonplus: " + oneLine(sentence(failure)));
    if (debug) {
      failure.printStackTrace(err);
    }
    err.flush();
    return FAILED;
  }

  private static String sentence(Throwable failure) {
    return switch (failure) {
      case NonplusException expected -> expected.getMessage();
      case OutOfMemoryError _ ->
          "out of memory: the heap ends at %d MiB; set NONPLUS_JAVA_OPTIONS=-Xmx… to allow more"
              .formatted(Runtime.getRuntime().maxMemory() >> 20);
      case InternalError fault when isFaultOfMemory(fault) ->
          "a file became shorter, or its disk failed, while it was read; leave a model's files alone"
              + " while they are used, and run the command again";
      default -> "this is a bug in Nonplus, please report it with what --debug prints: " + failure;
    };
  }

  /// What the JVM throws where a mapped file has no bytes any more.
  private static boolean isFaultOfMemory(InternalError fault) {
    return fault.getMessage() != null && fault.getMessage().contains("unsafe memory access");
  }

  private static String oneLine(String message) {
    return OneLine.of(message.strip());
  }
}
