package io.github.nonplus.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page in a real browser.
class BrowserTest {
  private static final int PHONE = 360;

  @TempDir Path directory;

  @Test
  void pageFitsAPhoneRunsNothingAndComplainsOfNothing() throws Exception {
    Browser.Seen seen = Browser.find(directory).show(page(), PHONE, false);
    assertThat(seen.console()).isEmpty();
    assertThat(seen.facts().get("title").asText()).startsWith("2 results on ");
    assertThat(seen.facts().get("scripts").asInt()).isZero();
    assertThat(seen.facts().get("width").asInt()).isLessThanOrEqualTo(PHONE);
    assertThat(seen.facts().get("tick").asDouble()).as("one line").isBetween(10.0, 25.0);
    assertThat(seen.facts().get("lines").asInt()).isEqualTo(4);
    assertThat(seen.facts().get("tokens").asInt()).isGreaterThan(100);
    assertThat(seen.facts().get("smallest").asDouble()).isGreaterThanOrEqualTo(12);
    assertThat(seen.facts().get("background").asText()).isEqualTo("rgb(253, 252, 250)");
  }

  @Test
  void pageIsDarkWhereTheReaderWantsThat() throws Exception {
    Browser.Seen seen = Browser.find(directory).show(page(), 1100, true);
    assertThat(seen.console()).isEmpty();
    assertThat(seen.facts().get("background").asText()).isEqualTo("rgb(22, 23, 26)");
  }

  /// What the first test looks for would be seen.
  @Test
  void brokenPageIsSeen() throws Exception {
    Path broken =
        Files.writeString(
            directory.resolve("broken.html"),
            "<title>x</title><main><p style='width:900px'>a</p><script>nothing()</script></main>");
    Browser.Seen seen = Browser.find(directory).show(broken, PHONE, false);
    assertThat(seen.console()).anyMatch(line -> line.contains("nothing is not defined"));
    assertThat(seen.facts().get("width").asInt()).isGreaterThan(PHONE);
    assertThat(seen.facts().get("scripts").asInt()).isEqualTo(1);
  }

  private Path page() throws IOException {
    return Files.writeString(
        directory.resolve("page.html"),
        SampleRecord.page(
            List.of(SampleRecord.of(directory, "a", 0), SampleRecord.of(directory, "b", 0.5)),
            List.of()));
  }
}
