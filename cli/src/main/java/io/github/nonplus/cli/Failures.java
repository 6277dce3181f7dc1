package io.github.nonplus.cli;

import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RequestException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What the user sees when something goes wrong: one sentence on standard error, and a stack trace
/// only with `--debug`.
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  /// The exit code of a command that failed.
  static final int FAILED = ExitCode.SOFTWARE;

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
    err.println("nonplus: " + oneLine(failure.getMessage()));
    err.println("See '%s --help'.".formatted(command.getCommandSpec().qualifiedName()));
    if (debug) {
      failure.printStackTrace(err);
    }
    err.flush();
    return ExitCode.USAGE;
  }

  /// Prints the sentence for `failure`.
  int report(Throwable failure, PrintWriter err) {
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
      default -> "this is a bug in Nonplus, please report it with what --debug prints: " + failure;
    };
  }

  private static String oneLine(String message) {
    // Names from hostile files must not steer a terminal.
    return message.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
  }
}
