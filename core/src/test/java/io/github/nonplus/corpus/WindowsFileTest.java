package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowsFileTest {
  @TempDir Path directory;

  @Test
  void oneWindowALineWithSingleSpacesAndALineFeedAtTheEnd() throws IOException {
    Path file = directory.resolve("windows.txt");
    WindowsFile.write(file, Windows.of(new int[] {1, 20, 0}, new int[] {2147483647, 7}));
    assertThat(Files.readString(file)).isEqualTo("1 20 0\n2147483647 7\n");
  }

  @Test
  void windowsThatWereWrittenAreReadBack() throws IOException {
    Random random = new Random(7);
    int[][] windows = new int[3000][];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = random.ints(2 + random.nextInt(300), 0, 100_000).toArray();
    }
    WindowsFile written = WindowsFile.write(directory.resolve("w"), Windows.of(windows));
    WindowsFile read = WindowsFile.read(directory.resolve("w"));

    assertThat(read.windows().count()).isEqualTo(windows.length);
    for (int i = 0; i < windows.length; i++) {
      assertThat(read.windows().window(i)).isEqualTo(windows[i]);
    }
    assertThat(read.sha256()).isEqualTo(written.sha256()).isEqualTo(Sha256.of(read.path()));
  }

  @Test
  void lineFeedOfTheLastLineMayBeMissing() throws IOException {
    WindowsFile file = read("1 2\n3 4 5");
    assertThat(file.windows().count()).isEqualTo(2);
    assertThat(file.windows().window(1)).containsExactly(3, 4, 5);
  }

  @Test
  void lastWindowOfOneIdIsWrittenAsTheOriginalDoes() throws IOException {
    Windows windows = new SlidingWindows(4, 2).over(new int[] {10, 11, 12});
    Path file = directory.resolve("windows.txt");
    WindowsFile.write(file, windows);
    assertThat(Files.readString(file)).isEqualTo("10 11 12\n12\n");
  }

  @Test
  void idsOfTheVocabularyPassAndTheFirstOneBeyondIsNamed() throws IOException {
    WindowsFile file = read("1 2\n3 99\n4 100\n");
    file.checkVocabulary(101);
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> file.checkVocabulary(100))
        .withMessage(
            file.path()
                + ": line 3 holds the id 100, but the model's vocabulary ends at 99; "
                + "make the windows with this model's tokenizer");
  }

  @Test
  void idsAcrossTheEdgesOfTheBufferStayWhole() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      text.append(1_234_567).append(i % 11 == 10 ? '\n' : ' ');
    }
    Windows windows = read(text.append("1234567").toString()).windows();
    assertThat(windows.ids()).isEqualTo(60_001);
    for (int i = 0; i < windows.count(); i++) {
      assertThat(Arrays.stream(windows.window(i))).allMatch(id -> id == 1_234_567);
    }
  }

  @Test
  void lineEndsAndByteOrderMarkOfWindowsAreAsIfTheyWereNotThere() throws IOException {
    String plain =
        """
        #nonplus-windows {"version":1,"protocol":"p","window":8,"stride":8,"last_id_is_fed":true}
        #document {"name":"a","words":1,"bytes":1}
        1:1 20
        2:3 4 5
        """;
    WindowsFile expected = read(plain);
    WindowsFile found = read("\ufeff" + plain.replace("\n", "\r\n"));
    assertThat(found.header()).isEqualTo(expected.header());
    assertThat(found.sections()).isEqualTo(expected.sections());
    assertThat(found.windows().window(1)).isEqualTo(expected.windows().window(1));
    assertThat(found.sha256()).isEqualTo(expected.sha256());
    assertThat(WindowsFile.digest(found.path())).isEqualTo(expected.sha256());
    assertThat(WindowsFile.looksLikeOne(found.path())).isTrue();
  }

  @Test
  void lineEndsOfWindowsAcrossTheEdgesOfTheBufferAreLineEnds() throws IOException {
    for (int shift = 0; shift < 8; shift++) {
      String plain = "1".repeat(1 + shift) + " 2\n" + "3 45678\n".repeat(40_000);
      WindowsFile found = read(plain.replace("\n", "\r\n"));
      assertThat(found.windows().count()).isEqualTo(40_001);
      assertThat(found.sha256()).isEqualTo(Sha256.of(plain.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private WindowsFile read(String text) throws IOException {
    return WindowsFile.read(Files.writeString(directory.resolve("w.txt"), text));
  }
}
