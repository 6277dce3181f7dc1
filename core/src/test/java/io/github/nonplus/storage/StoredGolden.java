package io.github.nonplus.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.files.Zips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A tiny checkpoint in the format of a quantization library, with what the library decodes it to
/// and losses in float64; see PROVENANCE.md beside them. Some are shipped, all are below
/// `-Dnonplus.goldens=DIR`.
public record StoredGolden(String name, Path directory, JsonNode golden, JsonNode config) {
  private static final Path FOLDER =
      Path.of("../core/src/test/resources/io/github/nonplus/storage/checkpoints");

  private static final String MORE = "nonplus.goldens";

  /// Whose losses are not those of their files: embedding, head and norms were taken as float16,
  /// but the files hold them in bfloat16.
  private static final Set<String> OF_OTHER_NUMBERS =
      Set.of("autoround-awq.llama", "autoround-gptq.llama");

  /// The names of all that there are.
  public static List<String> names() throws IOException {
    TreeSet<String> names = new TreeSet<>(names(FOLDER));
    more().ifPresent(folder -> names.addAll(unchecked(folder)));
    return List.copyOf(names);
  }

  /// Those that have losses of their own file, of families of which the models are made that are
  /// measured here.
  public static List<String> measured(Set<String> modelTypes) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : names()) {
      StoredGolden golden = named(name);
      if (modelTypes.contains(golden.config().path("model_type").asText())
          && !OF_OTHER_NUMBERS.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private static java.util.Optional<Path> more() {
    return java.util.Optional.ofNullable(System.getProperty(MORE))
        .map(folder -> Path.of(folder).resolve("formats").resolve("hf"));
  }

  private static List<String> unchecked(Path folder) {
    try {
      return names(folder);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> Files.isDirectory(file) || file.toString().endsWith(".zip"))
          .map(file -> file.getFileName().toString().replace(".zip", ""))
          .toList();
    }
  }

  public static StoredGolden named(String name) throws IOException {
    Path zip = FOLDER.resolve(name + ".zip");
    Path directory =
        Files.exists(zip)
            ? Zips.unpack(zip, Path.of("target", "storage", name))
            : more().orElseThrow().resolve(name);
    ObjectMapper json = new ObjectMapper();
    return new StoredGolden(
        name,
        directory,
        json.readTree(directory.resolve("golden.json").toFile()),
        json.readTree(directory.resolve("config.json").toFile()));
  }

  /// The windows of ids.
  public int[][] windows() {
    List<int[]> windows = new ArrayList<>();
    golden
        .path("windows")
        .forEach(
            window ->
                windows.add(window.path("ids").valueStream().mapToInt(JsonNode::asInt).toArray()));
    return windows.toArray(int[][]::new);
  }

  /// Whether the weights that its losses are of are rounded as the library does.
  public boolean hasLossesOf(Decoding decoding) {
    return switch (decoding) {
      case AS_LIBRARY -> true;
      case EXACT -> !name.startsWith("torchao"); // measured as the library decodes, alone
    };
  }

  /// The loss of token `i` + 1 of a window.
  public double nll(int window, int i, Decoding decoding) {
    JsonNode its = golden.path("windows").path(window);
    boolean unrounded = decoding == Decoding.EXACT && its.has("nll_unrounded");
    return its.path(unrounded ? "nll_unrounded" : "nll").path(i).asDouble();
  }

  /// Three times what another float32 implementation erred: room for another order of summation.
  public double tolerance() {
    return 3 * golden.path("float32_max_abs_difference").asDouble();
  }

  /// SHA-256 of each matrix as the library decodes it, by the module's name.
  Map<String, String> digests() {
    return new ObjectMapper()
        .convertValue(
            golden.path("decoded_float32_sha256"),
            new com.fasterxml.jackson.core.type.TypeReference<
                java.util.LinkedHashMap<String, String>>() {});
  }

  /// Outputs and inputs of a module.
  int[] shape(String module) {
    int hidden = size("hidden_size");
    int heads = size("num_attention_heads") * size("head_dim");
    int keys = size("num_key_value_heads") * size("head_dim");
    int wide =
        module.contains("experts") ? size("moe_intermediate_size") : size("intermediate_size");
    return switch (module.substring(module.lastIndexOf('.') + 1)) {
      case "q_proj" -> new int[] {heads, hidden};
      case "k_proj", "v_proj" -> new int[] {keys, hidden};
      case "o_proj" -> new int[] {hidden, heads};
      case "gate_proj", "up_proj" -> new int[] {wide, hidden};
      case "down_proj" -> new int[] {hidden, wide};
      case "gate" -> new int[] {size("num_experts"), hidden};
      case "lm_head", "embed_tokens" -> new int[] {size("vocab_size"), hidden};
      default -> throw new IllegalArgumentException(module);
    };
  }

  int size(String key) {
    return config.path(key).asInt();
  }

  @Override
  public String toString() {
    return name;
  }
}
