package io.github.nonplus.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.files.Zips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A file of llama.cpp's with golden losses; see PROVENANCE.md beside it. All of them by
/// `-Dnonplus.goldens=DIR`.
public record GgufGolden(Path model, JsonNode golden) {
  private static final Path SHIPPED = Path.of("src/test/resources/io/github/nonplus/goldens/gguf");
  private static final String ALL = "nonplus.goldens";
  private static final String ENDING = ".golden.json";

  /// Small ones in one file.
  private static final Path PACKED = SHIPPED.resolve("architectures.zip");

  private static final Path UNPACKED = Path.of("target/goldens/small");

  /// Float32 against float64 or llama.cpp's float32, and the decoded weights are exact.
  public static final double TOLERANCE = 5e-5;

  /// The names of all that there are.
  public static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path folder : folders()) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(ENDING))
            .map(name -> folder.getFileName() + "/" + name.replace(ENDING, ""))
            .sorted()
            .forEach(names::add);
      }
    }
    return names;
  }

  private static synchronized List<Path> folders() throws IOException {
    Zips.unpack(PACKED, UNPACKED);
    String all = System.getProperty(ALL);
    Path gguf = all == null ? null : Path.of(all).resolve("formats/gguf");
    return all == null
        ? List.of(SHIPPED, UNPACKED)
        : List.of(
            SHIPPED,
            UNPACKED,
            gguf.resolve("types"),
            gguf.resolve("architectures"),
            gguf.resolve("oddities"));
  }

  public static GgufGolden named(String name) throws IOException {
    Path folder =
        folders().stream()
            .filter(each -> name.startsWith(each.getFileName() + "/"))
            .findFirst()
            .orElseThrow();
    String file = name.substring(name.indexOf('/') + 1);
    JsonNode golden = new ObjectMapper().readTree(folder.resolve(file + ENDING).toFile());
    String model = golden.has("files") ? golden.path("files").get(0).asText() : file + ".gguf";
    return new GgufGolden(folder.resolve(model), golden);
  }

  /// Whether it is a file that is read.
  public boolean isComputed() {
    return !model.getFileName().toString().startsWith("big-endian");
  }

  /// The windows of ids.
  public int[][] windows() {
    List<int[]> windows = new ArrayList<>();
    for (JsonNode window : golden.get("windows")) {
      windows.add(window.get("ids").valueStream().mapToInt(JsonNode::asInt).toArray());
    }
    return windows.toArray(int[][]::new);
  }

  /// The loss of token `i` + 1 of a window.
  public double nll(int window, int i) {
    return golden.get("windows").get(window).get("nll").get(i).asDouble();
  }

  /// How far a loss may be off: more where llama.cpp takes an activation from a table of float16.
  public double tolerance() {
    return golden.path("tolerance").asDouble(TOLERANCE);
  }

  Path write(Path directory) {
    return WindowsFile.write(directory.resolve("windows.txt"), Windows.of(windows())).path();
  }
}
