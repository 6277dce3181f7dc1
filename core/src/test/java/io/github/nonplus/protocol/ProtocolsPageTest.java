package io.github.nonplus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.corpus.Windowing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The page on protocols says of each what the code does: its words, and every window of a small
/// text.
class ProtocolsPageTest {
  private static final int WINDOW = 6;
  private static final int STRIDE = 2;
  private static final int TOKENS = 14;

  static List<Protocol> all() {
    return Protocols.ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void everyProtocolIsDrawnAndItsLawIsSaid(Protocol protocol) throws IOException {
    String section = section(protocol.name());
    assertThat(section)
        .contains("| text | " + protocol.joining().words() + " |")
        .contains("| special tokens | " + protocol.specialTokens().words() + " |")
        .contains("| perplexity | " + protocol.averaging().law() + " |")
        .contains("```\n" + String.join("\n", drawing(protocol)) + "\n```");
    protocol.figures().forEach(figure -> assertThat(section).contains("`" + figure.key() + "`"));
  }

  private static List<String> drawing(Protocol protocol) {
    int stride = protocol.windows().stride().isEmpty() ? WINDOW : STRIDE;
    Windowing windowing =
        protocol.equals(Protocols.OWN)
            ? Protocols.own(WINDOW, STRIDE, 3).of().apply(WINDOW, STRIDE)
            : protocol.windows().of().apply(WINDOW, stride);
    return Drawing.of(windowing, TOKENS);
  }

  private static String section(String name) throws IOException {
    String page = Files.readString(Path.of("../docs/protocols.md"));
    int begin = page.indexOf("### `" + name + "`\n");
    assertThat(begin).as("the section of " + name).isNotNegative();
    int end = page.indexOf("\n### ", begin);
    return end < 0 ? page.substring(begin) : page.substring(begin, end);
  }
}
