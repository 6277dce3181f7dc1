package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stands beside a file of windows counts only if it is about them, and is read strictly.
class WindowsOriginTest {
  @TempDir Path directory;
  private WindowsFile windows;
  private WindowsOrigin origin;
  private Path file;

  @BeforeEach
  void write() {
    windows = WindowsFile.write(directory.resolve("windows.txt"), Windows.of(new int[] {1, 2, 3}));
    origin = new WindowsOrigin(windows.sha256(), "text.txt", "aa", "bb", 3, 2, 3, 1);
    file = origin.write(windows.path());
  }

  @Test
  void whatIsWrittenReadsBackAsTheSame() {
    assertThat(WindowsOrigin.beside(windows)).contains(origin);
  }

  @Test
  void nothingIsKnownOfOtherWindows() {
    WindowsFile others = WindowsFile.write(windows.path(), Windows.of(new int[] {3, 4}));
    assertThat(WindowsOrigin.beside(others)).isEmpty();
  }

  @Test
  void aDamagedFieldIsNotGuessed() throws IOException {
    String intact = Files.readString(file);
    for (String[] change :
        new String[][] {
          {"\"window\" : 3", "\"window\" : \"3\"", "window is missing or not a number above 0"},
          {"\"stride\" : 2", "\"stride\" : 0", "stride is missing or not a number above 0"},
          {
            "\"tokens_in_no_window\" : 1",
            "\"tokens_in_no_window\" : -1",
            "tokens_in_no_window is missing or not a number above -1"
          },
          {
            "\"text_sha256\" : \"aa\"",
            "\"text_sha256\" : 7",
            "text_sha256 is missing or not a text"
          }
        }) {
      assertThat(intact).contains(change[0]);
      Files.writeString(file, intact.replace(change[0], change[1]));
      assertThatThrownBy(() -> WindowsOrigin.beside(windows))
          .isInstanceOf(CorpusException.class)
          .hasMessage(file + ": " + change[2] + "; make the windows again, or remove this file");
    }
  }
}
