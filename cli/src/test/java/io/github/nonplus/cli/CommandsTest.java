package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {
  @Test
  void eachHasTheNameUnderWhichItIsFound() {
    Map<String, CommandLine> all = Main.commandLine().getSubcommands();
    assertThat(all.keySet()).containsExactlyElementsOf(Commands.names());
    all.forEach((name, command) -> assertThat(command.getCommandName()).isEqualTo(name));
  }

  @Test
  void onlyTheOneThatIsMeantIsMade() {
    assertThat(Commands.meant("inspect", "model", "--json")).containsExactly("inspect");
    assertThat(Commands.meant("inspect", "compile")).containsExactly("inspect");
    assertThat(Commands.meant("--version")).isEmpty();
    assertThat(Commands.meant("-V")).isEmpty();
  }

  @Test
  void whereAnyMayBeMeantAllAre() {
    for (String[] arguments :
        new String[][] {
          {},
          {"--help"},
          {"--debug", "inspect"},
          {"--version", "inspect"},
          {"frobnicate"},
          {Help.NAME},
          {Help.NAME, "inspect"},
        }) {
      assertThat(Commands.meant(arguments)).containsExactlyElementsOf(Commands.names());
    }
  }
}
