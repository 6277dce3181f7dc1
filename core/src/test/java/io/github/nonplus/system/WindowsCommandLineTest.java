package io.github.nonplus.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The examples of Microsoft's page "Parsing C command-line arguments", and what is awkward beside.
class WindowsCommandLineTest {
  @Test
  void theExamplesOfMicrosoftAreWordsAsItSays() {
    assertWords("\"a b c\" d e", "a b c", "d", "e");
    assertWords("\"ab\\\"c\" \"\\\\\" d", "ab\"c", "\\", "d");
    assertWords("a\\\\\\b d\"e f\"g h", "a\\\\\\b", "de fg", "h");
    assertWords("a\\\\\\\"b c d", "a\\\"b", "c", "d");
    assertWords("a\\\\\\\\\"b c\" d e", "a\\\\b c", "d", "e");
    assertWords("a\"b\"\" c d", "ab\" c d");
  }

  @Test
  void starsQuestionMarksAndEmptyWordsStay() {
    assertWords("* ?.txt \"\" \"*\"", "*", "?.txt", "", "*");
    assertThat(WindowsCommandLine.words("p a\tb ")).containsExactly("p", "a", "b");
  }

  @Test
  void inTheProgramsNameABackslashIsItself() {
    assertThat(WindowsCommandLine.words("\"C:\\a b\\\" x")).containsExactly("C:\\a b\\", "x");
  }

  @Test
  void onlyWhatFollowsTheMainClassIsForIt() {
    assertThat(
            WindowsCommandLine.after(
                "a.Main", List.of("java", "-cp", "x", "a.Main", "1", "a.Main")))
        .contains(List.of("1", "a.Main"));
    assertThat(WindowsCommandLine.after("a.Main", List.of("java", "-jar", "x.jar")))
        .isEqualTo(Optional.empty());
  }

  private static void assertWords(String line, String... words) {
    assertThat(WindowsCommandLine.words("java " + line).stream().skip(1))
        .as(line)
        .containsExactly(words);
  }
}
