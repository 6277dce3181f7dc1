package io.github.nonplus.spark;

import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.screen.OneLine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command `nonplus-spark`, which `spark-submit` starts. Results go to standard output; the
/// exit code is 0, 1 (failed, with one sentence) or 2 (not understood).
@Command(
    name = "nonplus-spark",
    description = "Scores documents and files of windows on a cluster of Apache Spark.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ScoreCommand.class, WindowsCommand.class},
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  /// How the message of a failed job names what a task threw.
  private static final Pattern THROWN =
      Pattern.compile("io\\.github\\.nonplus\\.failure\\.\\w+Exception: ([^\\n]+)");

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a failure.")
  boolean debug;

  @Spec CommandSpec spec;

  private Main() {}

  /// Runs one command and exits with its code.
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // numbers look alike everywhere
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  /// Runs one command.
  ///
  /// @param out takes results
  /// @param err takes notes and failures
  /// @return the exit code
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main();
    CommandLine command =
        new CommandLine(main)
            .setOut(out)
            .setErr(err)
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setExecutionExceptionHandler((failure, _, _) -> main.report(failure, err));
    int code = command.execute(arguments);
    out.flush();
    err.flush();
    return code;
  }

  private int report(Exception failure, PrintWriter err) {
    err.println("nonplus-spark: " + OneLine.of(sentence(failure)));
    if (debug) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.print(trace);
    }
    err.flush();
    return failure instanceof RequestException ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /// What went wrong, on whichever machine.
  static String sentence(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof NonplusException) {
        return each.getMessage();
      }
    }
    for (Throwable each = failure; each != null; each = each.getCause()) {
      Matcher thrown = THROWN.matcher(String.valueOf(each.getMessage()));
      if (thrown.find()) {
        return thrown.group(1);
      }
    }
    return "the job failed: "
        + String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString());
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
