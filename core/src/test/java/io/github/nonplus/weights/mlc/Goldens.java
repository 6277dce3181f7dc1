package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.files.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPInputStream;

/// What MLC itself wrote; see PROVENANCE.md beside the files.
final class Goldens {
  private Goldens() {}

  static Path path(String name) {
    try {
      return Path.of(Goldens.class.getResource("/io/github/nonplus/goldens/mlc/" + name).toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(path(name)));
  }

  /// The text of a file that is kept compressed in a golden.
  static String text(JsonNode file) throws IOException {
    byte[] compressed = Base64.getDecoder().decode(file.path("gzip_base64").textValue());
    try (InputStream stream = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static String sha256(Path file) throws IOException {
    return Digest.sha256().add(Files.readAllBytes(file)).hex();
  }
}
