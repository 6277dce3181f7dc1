package io.github.nonplus.cli;

import io.github.nonplus.system.WindowsCommandLine;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// In the place of the command line: prints the arguments that reach it, one a line, in base 64.
public final class Main {
  public static void main(String[] given) {
    List<String> arguments =
        WindowsCommandLine.argumentsAfter(Main.class.getName()).orElseGet(() -> List.of(given));
    for (String each : arguments) {
      byte[] bytes = each.getBytes(StandardCharsets.UTF_16BE);
      System.out.println("=" + Base64.getEncoder().encodeToString(bytes));
    }
    System.exit(arguments.size() % 128);
  }
}
