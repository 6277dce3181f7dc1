package io.github.nonplus.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.files.Zips;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A tiny checkpoint with golden losses; see PROVENANCE.md beside them. The folder of fixtures
/// holds folders, and zip files that are unpacked when they are needed.
public record Fixture(Path model, JsonNode golden) {
  private static final Path FOLDER =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures");

  /// Where the others are that are too many to be shipped.
  private static final String MORE = "nonplus.fixtures";

  /// The names of all that there are: the folder says which, so none can be forgotten.
  public static List<String> names() throws IOException {
    TreeSet<String> names = new TreeSet<>(names(FOLDER));
    if (System.getProperty(MORE) != null) {
      names.addAll(names(Path.of(System.getProperty(MORE))));
    }
    return List.copyOf(names);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> Files.isDirectory(file) || file.toString().endsWith(".zip"))
          .map(file -> file.getFileName().toString().replace(".zip", ""))
          .toList();
    }
  }

  /// Fixtures that are not shipped, and the types of model that they are fixtures of.
  static Map<String, String> elsewhere() throws IOException {
    return Files.readAllLines(FOLDER.resolve("elsewhere.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\\|"))
        .collect(Collectors.toMap(columns -> columns[0].strip(), columns -> columns[1].strip()));
  }

  /// The folder of a checkpoint.
  public static Path folder(String name) {
    Path folder = FOLDER.resolve(name);
    if (Files.exists(FOLDER.resolve(name + ".zip"))) {
      return unpacked(FOLDER.resolve(name + ".zip"), Path.of("target", "fixtures", name));
    }
    return Files.exists(folder) || System.getProperty(MORE) == null
        ? folder
        : Path.of(System.getProperty(MORE)).resolve(name);
  }

  public static Fixture named(String name) throws IOException {
    Path model = folder(name);
    return new Fixture(model, new ObjectMapper().readTree(model.resolve("golden.json").toFile()));
  }

  private static synchronized Path unpacked(Path zip, Path folder) {
    try {
      Zips.unpack(zip, folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The windows of ids.
  public int[][] windows() {
    List<int[]> windows = new ArrayList<>();
    for (JsonNode window : golden.get("windows")) {
      int[] ids = new int[window.get("ids").size()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = window.get("ids").get(i).asInt();
      }
      windows.add(ids);
    }
    return windows.toArray(int[][]::new);
  }

  /// The loss of token `i` + 1 of a window.
  public double nll(int window, int i) {
    return golden.get("windows").get(window).get("nll").get(i).asDouble();
  }

  /// Three times what another float32 implementation erred: room for another order of summation.
  double tolerance() {
    return 3 * golden.get("float32_max_abs_difference").asDouble();
  }

  Path write(Path directory) {
    return WindowsFile.write(directory.resolve("windows.txt"), Windows.of(windows())).path();
  }
}
