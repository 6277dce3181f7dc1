package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.weights.Tensor;
import io.github.nonplus.weights.safetensors.SafetensorsBytes;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Families that transformers does not have, whose models are another family's in other words: the
/// same weights under other names give the other's losses in float64.
class RestatedFixturesTest {
  /// The families whose fixtures these are.
  static final List<String> TYPES = List.of("minicpm", "phi-msft", "mixformer-sequential");

  @TempDir Path directory;
  private final Map<String, float[]> values = new TreeMap<>();
  private final Map<String, List<Integer>> shapes = new TreeMap<>();

  @Test
  void miniCpmIsGraniteWithItsNumbers() throws IOException {
    Fixture granite = read("granite");
    JsonNode config = config(granite);
    int layers = config.path("num_hidden_layers").asInt();
    int hidden = config.path("hidden_size").asInt();
    // MiniCPM divides scores by the root of a head's size, and Granite has its own factor.
    double root = Math.sqrt(hidden / config.path("num_attention_heads").asDouble());
    for (int layer = 0; layer < layers; layer++) {
      float[] queries = values.get("model.layers.%d.self_attn.q_proj.weight".formatted(layer));
      for (int i = 0; i < queries.length; i++) {
        queries[i] = (float) (queries[i] * config.path("attention_multiplier").asDouble() * root);
      }
    }
    ObjectNode other = without(config, "attention_", "mlp_", "embedding_", "residual_", "logits_");
    other.put("model_type", "minicpm");
    other.put("scale_emb", config.path("embedding_multiplier").asDouble());
    other.put("scale_depth", config.path("residual_multiplier").asDouble() * Math.sqrt(layers));
    other.put("dim_model_base", hidden / config.path("logits_scaling").asDouble());
    hasLossesOf(granite, other);
  }

  @Test
  void miniCpmWithExpertsIsMixtral() throws IOException {
    Fixture mixtral = read("mixtral");
    JsonNode config = config(mixtral);
    renamed("block_sparse_moe", "mlp");
    ObjectNode other = without(config, "router_", "output_router", "num_local_experts");
    other.put("model_type", "minicpm");
    other.put("num_experts", config.path("num_local_experts").asInt());
    other.put("scale_depth", Math.sqrt(config.path("num_hidden_layers").asInt()));
    other.put("dim_model_base", config.path("hidden_size").asInt());
    hasLossesOf(mixtral, other);
  }

  @Test
  void phiAsItWasFirstPublishedIsPhi() throws IOException {
    Fixture phi = read("phi");
    firstNames(config(phi).path("num_hidden_layers").asInt());
    ObjectNode config = firstKeys(config(phi), "phi-msft");
    for (String key : List.of("flash_attn", "flash_rotary", "fused_dense")) {
      config.put(key, false);
    }
    hasLossesOf(phi, config.putNull("n_head_kv").putNull("img_processor"));
  }

  @Test
  void phiOfCountedLayersIsPhi() throws IOException {
    Fixture phi = read("phi");
    int layers = config(phi).path("num_hidden_layers").asInt();
    firstNames(layers);
    for (int layer = layers - 1; layer >= 0; layer--) {
      renamed("transformer.h.%d.".formatted(layer), "layers.%d.".formatted(layer + 1));
    }
    renamed("transformer.embd.", "layers.0.");
    renamed("lm_head.", "layers.%d.".formatted(layers + 1));
    ObjectNode config = firstKeys(config(phi), "mixformer-sequential");
    config.put("phyagi_version", "0.0.4.dev").put("embd_layer", "default");
    config
        .putObject("architecture")
        .put("block_cls", "parallel")
        .<ObjectNode>set("mixer", config.objectNode())
        .putObject("mlp")
        .put("mlp_cls", "mlp");
    hasLossesOf(phi, config);
  }

  private void firstNames(int layers) {
    for (int layer = 0; layer < layers; layer++) {
      String at = "model.layers.%d.self_attn.".formatted(layer);
      for (String ending : List.of(".weight", ".bias")) {
        List<float[]> parts = new ArrayList<>();
        for (String part : List.of("q_proj", "k_proj", "v_proj")) {
          parts.add(values.remove(at + part + ending));
        }
        String name = "transformer.h.%d.mixer.Wqkv%s".formatted(layer, ending);
        List<Integer> shape = new ArrayList<>(shapes.get(at + "q_proj" + ending));
        shape.set(0, 3 * shape.getFirst());
        shapes.put(name, shape);
        values.put(name, joined(parts));
      }
    }
    renamed("model.embed_tokens", "transformer.embd.wte");
    renamed("lm_head.", "lm_head.linear.");
    renamed("model.final_layernorm", "lm_head.ln");
    renamed("model.layers", "transformer.h");
    renamed("input_layernorm", "ln");
    renamed("self_attn.dense", "mixer.out_proj");
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[0];
    for (float[] part : parts) {
      int at = all.length;
      all = Arrays.copyOf(all, at + part.length);
      System.arraycopy(part, 0, all, at, part.length);
    }
    return all;
  }

  private static ObjectNode firstKeys(JsonNode config, String type) {
    int heads = config.path("num_attention_heads").asInt();
    int hidden = config.path("hidden_size").asInt();
    return new ObjectMapper()
        .createObjectNode()
        .put("model_type", type)
        .put("activation_function", config.path("hidden_act").asText())
        .put("n_embd", hidden)
        .put("n_head", heads)
        .put("n_layer", config.path("num_hidden_layers").asInt())
        .put("n_inner", config.path("intermediate_size").asInt())
        .put("n_positions", config.path("max_position_embeddings").asInt())
        .put("layer_norm_epsilon", config.path("layer_norm_eps").asDouble())
        .put("rotary_dim", hidden / heads / 2)
        .put("vocab_size", config.path("vocab_size").asInt());
  }

  private Fixture read(String name) throws IOException {
    Fixture fixture = Fixture.named(name);
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(fixture.model())) {
      for (String each : checkpoint.names()) {
        Tensor tensor = checkpoint.find(each).orElseThrow();
        float[] numbers = new float[(int) tensor.elements()];
        tensor.read(0, numbers.length, numbers, 0);
        values.put(each, numbers);
        shapes.put(each, tensor.shape().stream().map(Long::intValue).toList());
      }
    }
    return fixture;
  }

  private static JsonNode config(Fixture fixture) throws IOException {
    return new ObjectMapper().readTree(fixture.model().resolve("config.json").toFile());
  }

  /// A copy without keys that begin so.
  private static ObjectNode without(JsonNode config, String... beginnings) {
    ObjectNode other = config.deepCopy();
    for (String beginning : beginnings) {
      List<String> keys = new ArrayList<>();
      other.fieldNames().forEachRemaining(keys::add);
      keys.stream().filter(key -> key.startsWith(beginning)).forEach(other::remove);
    }
    return other;
  }

  private void renamed(String piece, String other) {
    for (String name : List.copyOf(values.keySet())) {
      String there = name.replace(piece, other);
      List<Integer> shape = shapes.get(name);
      values.put(there, values.remove(name));
      shapes.put(there, shape);
    }
  }

  private void hasLossesOf(Fixture fixture, ObjectNode config) throws IOException {
    Path model = Files.createDirectory(directory.resolve("model"));
    Files.writeString(model.resolve("config.json"), config.toString());
    SafetensorsBytes bytes = new SafetensorsBytes();
    values.forEach((name, numbers) -> bytes.float32(name, shapes.get(name), numbers));
    bytes.write(model.resolve("model.safetensors"));
    assertThat(TYPES).contains(ModelDirectory.open(model).model().modelType());
    double[][] tokens = TestRun.of(model, fixture.write(directory)).tokens();
    for (int w = 0; w < tokens.length; w++) {
      for (int i = 0; i < tokens[w].length; i++) {
        assertThat(tokens[w][i])
            .as("window %d, token %d", w, i + 1)
            .isCloseTo(fixture.nll(w, i), within(fixture.tolerance()));
      }
    }
  }
}
