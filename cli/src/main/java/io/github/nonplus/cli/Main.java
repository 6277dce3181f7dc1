package io.github.nonplus.cli;

import io.github.nonplus.files.Interruption;
import io.github.nonplus.system.WindowsCommandLine;
import io.github.nonplus.system.WindowsConsole;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command `nonplus`. Results go to standard output, everything else to standard error; the
/// exit code is 0, 1 (failed, with one sentence) or 2 (not understood).
@Command(
    name = "nonplus",
    description = "Measures the perplexity of quantized large language models.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    commandListHeading = "%nCommands, in the order in which they are used:%n",
    footer = {
      "",
      "'nonplus help COMMAND' says more about each. Names may be spelled with underscores",
      "as well: calculate_perplexity is calculate-perplexity, --model_path is --model-path.",
    })
public final class Main implements Callable<Integer> {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a failure.")
  boolean debug;

  @Spec CommandSpec spec;

  private static final int WIDTH = 80;

  /// Less than this the library that prints helps does not do.
  private static final int NARROWEST = 55;

  private Main() {}

  /// Runs one command and exits with its code.
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // numbers look alike everywhere
    Optional<OutputStream> console = WindowsConsole.of(WindowsConsole.ERROR);
    if (console.isPresent() && System.getProperty(ConsoleProgress.TERMINAL) == null) {
      System.setProperty(ConsoleProgress.TERMINAL, "true");
    }
    PrintWriter out = new LineFeeds(StandardOutput.ofProcess(), false);
    PrintWriter err = new LineFeeds(console.orElse(System.err), true);
    String[] typed =
        WindowsCommandLine.argumentsAfter(Main.class.getName())
            .map(words -> words.toArray(String[]::new))
            .orElse(arguments);
    System.exit(StaleBuild.isRun() ? StaleBuild.EXIT_CODE : run(out, err, typed));
  }

  /// Runs one command.
  ///
  /// @param out takes results
  /// @param err takes progress, notes and failures
  /// @return the exit code
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return runOn(new ScreenWriter(out), new ScreenWriter(err), arguments);
  }

  private static int runOn(PrintWriter out, PrintWriter err, String... arguments) {
    Failures failures = new Failures(Arrays.asList(arguments).contains("--debug"));
    String[] words = Spelling.normalized(arguments);
    Collection<String> meant = Commands.meant(words);
    if (meant.size() == 1) {
      Ahead.begin(words);
    }
    CommandLine command =
        commandLine(meant, columns())
            .setOut(out)
            .setErr(err)
            .setExecutionStrategy(parsed -> execute(parsed, failures, err))
            .setExecutionExceptionHandler(failures)
            .setParameterExceptionHandler(failures);
    try (Interruption.Registration _ = Interruption.lastWords(() -> sayInterrupted(err))) {
      int code = command.execute(words);
      if (out.checkError() && code == 0) {
        err.println("nonplus: the result could not be written to standard output");
        return Failures.FAILED;
      }
      return code;
    } catch (StandardOutput.ReaderGone | Error e) {
      return failures.report(e, err);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /// Runs what was parsed, once its outputs are known to overwrite no input.
  private static int execute(ParseResult parsed, Failures failures, PrintWriter err) {
    ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    if (!command.isUsageHelpRequested() && !command.isVersionHelpRequested()) {
      try {
        HomeDirectory.require(err::println);
        OutputPlaces.settle(command.commandSpec(), err::println);
      } catch (RuntimeException e) {
        return failures.report(e, err);
      }
    }
    return new RunLast().execute(parsed);
  }

  private static void sayInterrupted(PrintWriter err) {
    err.println((Boolean.getBoolean(ConsoleProgress.TERMINAL) ? "\n" : "") + "Interrupted.");
    err.flush();
  }

  /// All commands, in plain text and with the version that the build knows.
  static CommandLine commandLine() {
    return commandLine(columns());
  }

  /// The same for a terminal of so many columns, as a shell says it.
  static CommandLine commandLine(Optional<String> columns) {
    return commandLine(Commands.names(), columns);
  }

  private static Optional<String> columns() {
    return Optional.ofNullable(System.getenv("COLUMNS"));
  }

  /// Some of the commands.
  private static CommandLine commandLine(Collection<String> names, Optional<String> columns) {
    CommandLine command = new CommandLine(new Main());
    names.forEach(name -> command.addSubcommand(Commands.named(name)));
    command
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setUsageHelpWidth(width(columns));
    for (CommandLine each : command.getSubcommands().values()) {
      each.getCommandSpec().versionProvider(new Version());
      each.getHelpSectionMap()
          .put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> example(help.commandSpec()));
    }
    return command;
  }

  /// What is pasted, so that no line of it is broken.
  private static String example(CommandSpec spec) {
    return String.join("%n", spec.usageMessage().footer()).formatted() + "%n".formatted();
  }

  private static int width(Optional<String> columns) {
    int wanted =
        columns.filter(each -> each.matches("[0-9]{1,5}")).map(Integer::parseInt).orElse(WIDTH);
    return Math.max(NARROWEST, wanted);
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
