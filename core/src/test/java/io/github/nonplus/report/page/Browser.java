package io.github.nonplus.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real browser without a window. Without one, tests are skipped with the reason, unless the
/// build was told (`-Dnonplus.require=browser`) that there must be one.
record Browser(Path program, Path directory) {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  /// What a page came out as.
  ///
  /// @param facts what [#MEASURE] found
  /// @param console what the page, or the browser about it, complained of
  record Seen(JsonNode facts, List<String> console) {}

  /// Loads the page in a frame as wide as a phone and looks at it from outside, where its policy
  /// does not reach.
  private static final String MEASURE =
      """
      <!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
      <iframe id="f" src="%s" style="border:0;width:%dpx;height:800px"></iframe><pre id="out"></pre>
      <script>
        onload = () => {
          const inner = document.getElementById('f').contentDocument;
          const all = [...inner.querySelectorAll('main *')];
          document.getElementById('out').textContent = 'FACTS' + JSON.stringify({
            title: inner.title,
            width: inner.documentElement.scrollWidth,
            scripts: inner.scripts.length + inner.images.length,
            background: getComputedStyle(inner.body).backgroundColor,
            tick: Math.max(...[...inner.querySelectorAll('.x-tick, .y-tick')]
                .map(e => e.getBoundingClientRect().height)),
            lines: [...inner.querySelectorAll('path.line')].filter(p => p.getBBox().width > 0).length,
            tokens: inner.querySelectorAll('.passage span').length,
            smallest: Math.min(...all.filter(e => e.textContent && e.children.length == 0)
                .map(e => parseFloat(getComputedStyle(e).fontSize))),
          }) + 'END';
        };
      </script>
      """;

  static Browser find(Path directory) {
    for (String place : System.getenv("PATH").split(java.io.File.pathSeparator)) {
      for (String name : NAMES) {
        Path program = Path.of(place, name);
        if (Files.isExecutable(program)) {
          return new Browser(program, directory);
        }
      }
    }
    String reason = "no browser (%s) is in the PATH".formatted(String.join(", ", NAMES));
    assertThat(System.getProperty("nonplus.require", ""))
        .as("a browser is required here, but " + reason)
        .doesNotContain("browser");
    return abort("skipped: " + reason);
  }

  /// Shows a page.
  ///
  /// @param width in pixels
  Seen show(Path page, int width, boolean dark) throws IOException, InterruptedException {
    Path frame = directory.resolve("frame.html");
    Files.writeString(frame, MEASURE.formatted(page.getFileName(), width));
    Path out = directory.resolve("dom");
    Path err = directory.resolve("log");
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "--headless=new", "--no-sandbox"));
    command.addAll(List.of("--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"));
    command.add("--user-data-dir=" + directory.resolve("profile"));
    command.add("--blink-settings=preferredColorScheme=" + (dark ? 0 : 1));
    command.addAll(List.of("--allow-file-access-from-files", "--enable-logging=stderr"));
    command.addAll(List.of("--virtual-time-budget=2000", "--dump-dom", frame.toUri().toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the browser ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String dom = Files.readString(out);
    assertThat(dom).as(() -> log(err)).contains("FACTS{");
    String facts = dom.substring(dom.indexOf("FACTS{") + 5, dom.indexOf("END"));
    return new Seen(
        new ObjectMapper()
            .readTree(facts.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")),
        log(err).lines().filter(line -> line.contains("CONSOLE")).toList());
  }

  private static String log(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
