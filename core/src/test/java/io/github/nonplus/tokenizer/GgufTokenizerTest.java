package io.github.nonplus.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokenizers made of llama.cpp's metadata give the ids that llama.cpp gives; see PROVENANCE.md
/// beside the goldens.
class GgufTokenizerTest {
  private static final String SHIPPED = "/io/github/nonplus/goldens/gguf/tokenizers.zip";

  /// SmolLM2 is too large to ship: `-Dnonplus.gguf=FILE` names its GGUF.
  private static final String LARGE = "nonplus.gguf";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"novella-6m", "spm-bytes", "smollm2"})
  void idsAreThoseOfLlamaCpp(String name) throws IOException {
    unpack();
    JsonNode golden =
        new ObjectMapper()
            .readTree(directory.resolve("ids.json").toFile())
            .path("models")
            .path(name);
    Path file = directory.resolve(golden.path("gguf").asText());
    if (name.equals("smollm2")) {
      assumeThat(System.getProperty(LARGE)).as("not run: -D" + LARGE + "=FILE").isNotNull();
      file = Path.of(System.getProperty(LARGE));
    }
    assertThat(golden.path("strings")).isNotEmpty();
    try (Tokenizer ids = Tokenizer.open(file);
        Tokenizer letters = Tokenizer.open(file, SpelledAs.LETTERS)) {
      for (JsonNode string : golden.path("strings")) {
        String text = string.path("text").asText();
        assertThat(ids.encodePlain(text)).as(text).isEqualTo(ids(string, "llama"));
        assertThat(ids.encode(text)).as(text).isEqualTo(ids(string, "llama_added"));
        assertThat(letters.encodePlain(text)).as(text).isEqualTo(ids(string, "llama_plain"));
      }
    }
  }

  private static int[] ids(JsonNode string, String key) {
    return string.path(key).valueStream().mapToInt(JsonNode::asInt).toArray();
  }

  private void unpack() throws IOException {
    try (InputStream in = GgufTokenizerTest.class.getResourceAsStream(SHIPPED);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Files.copy(zip, directory.resolve(Path.of(entry.getName()).getFileName()));
      }
    }
  }
}
