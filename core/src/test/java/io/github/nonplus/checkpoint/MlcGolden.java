package io.github.nonplus.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.files.Zips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What MLC LLM's own converter wrote for one checkpoint in one scheme; see PROVENANCE.md beside
/// it. A family is a zip file of resources, or a folder of all of them by `-Dnonplus.goldens`.
record MlcGolden(String family, String scheme, Path folder) {
  private static final Path RESOURCES = Path.of("src/test/resources/io/github/nonplus");
  private static final Path FIXTURES = RESOURCES.resolve("fixtures/architectures");
  private static final String ALL = "nonplus.goldens";
  private static final String CHAT = "q4f16_1.mlc-chat-config.json";

  /// Everything that there is.
  static List<MlcGolden> all() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (Path file : list(root())) {
      if (Files.isDirectory(file) || file.toString().endsWith(".zip")) {
        names.add(file.getFileName().toString().replace(".zip", ""));
      }
    }
    names.remove("tools");
    List<MlcGolden> goldens = new java.util.ArrayList<>();
    for (String name : names) {
      Path folder = folder(root().resolve(name), "mlc-families");
      for (Path file : list(folder)) {
        String scheme = file.getFileName().toString().replace(".json", "");
        if (file.toString().endsWith(".json") && !scheme.contains(".") && isScheme(scheme)) {
          goldens.add(new MlcGolden(name, scheme, folder));
        }
      }
    }
    return List.copyOf(goldens);
  }

  private static boolean isScheme(String name) {
    return name.matches("(q\\d|e\\dm\\d|fp8).*");
  }

  private static Path root() {
    String all = System.getProperty(ALL);
    return all == null
        ? RESOURCES.resolve("goldens/mlc/families")
        : Path.of(all).resolve("mlc-families");
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /// A folder, or what the zip file of its name is unpacked to.
  private static Path folder(Path path, String kind) throws IOException {
    if (Files.isDirectory(path)) {
      return path;
    }
    Path zip = path.resolveSibling(path.getFileName() + ".zip");
    return Zips.unpack(zip, Path.of("target", kind, path.getFileName().toString()));
  }

  /// The same checkpoint in another scheme.
  MlcGolden in(String other) {
    return new MlcGolden(family, other, folder);
  }

  JsonNode json() throws IOException {
    return new ObjectMapper().readTree(folder.resolve(scheme + ".json").toFile());
  }

  /// What is written but for the name of the scheme.
  JsonNode chatConfig() throws IOException {
    return new ObjectMapper().readTree(folder.resolve(CHAT).toFile());
  }

  /// Whether there is more of what was converted than its configuration: weights of its own, or of
  /// a fixture.
  boolean hasWeights() throws IOException {
    return fixture().isPresent()
        || Files.exists(folder.resolve("source").resolve("model.safetensors"));
  }

  /// The fixture that was converted, perhaps with another configuration, if it is here.
  private Optional<Path> fixture() throws IOException {
    String fixture = json().path("source").path("fixture").asText();
    if (fixture.isEmpty()) {
      return Optional.empty();
    }
    String more = System.getProperty("nonplus.fixtures");
    if (more != null && Files.isDirectory(Path.of(more).resolve(fixture))) {
      return Optional.of(Path.of(more).resolve(fixture));
    }
    Path here = FIXTURES.resolve(fixture);
    return Files.isDirectory(here) || Files.exists(here.resolveSibling(fixture + ".zip"))
        ? Optional.of(folder(here, "fixtures-of-mlc"))
        : Optional.empty();
  }

  /// Puts what was converted into an empty folder.
  Path source(Path target) throws IOException {
    Files.createDirectories(target);
    Optional<Path> fixture = fixture();
    if (fixture.isPresent()) {
      copy(fixture.get(), target);
    }
    Path own = folder.resolve("source");
    if (Files.isDirectory(own)) {
      copy(own, target);
    }
    return target;
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path file : list(from)) {
      String name = file.getFileName().toString();
      if (name.equals("config.json") || name.startsWith("model")) {
        Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        to.resolve(name).toFile().setWritable(true);
      }
    }
  }

  @Override
  public String toString() {
    return family + " " + scheme;
  }
}
