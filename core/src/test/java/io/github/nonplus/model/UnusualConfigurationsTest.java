package io.github.nonplus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.perplexity.Fixture;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.weights.Source;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Configurations that no published model has, but that somebody's may: a value is obeyed as
/// transformers 5.24 does, or refused in a sentence. Each was found by changing a key of a fixture
/// and comparing the losses of a random model of that configuration.
class UnusualConfigurationsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// The configuration of a fixture, or else a published one, with another value.
  private static FamilyModel read(String name, String key, String value) throws IOException {
    JsonNode config =
        Fixture.names().contains(name)
            ? JSON.readTree(Fixture.named(name).model().resolve("config.json").toFile())
            : JSON.readTree(PublishedConfigurationsTest.table().get(name));
    ObjectNode where = config.get("text_config") instanceof ObjectNode o ? o : (ObjectNode) config;
    where.set(key, JSON.readTree(value));
    return Families.read(new ConfigReader("c", (ObjectNode) config));
  }

  @ParameterizedTest(name = "{0} with {1} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bloom-560m | num_key_value_heads | 1 | has a key for each of its",
        "persimmon | num_key_value_heads | 1 | has a key for each of its",
        "codegen | num_key_value_heads | 1 | has a key for each of its",
        "gpt-neox | rotary_pct | 0.375 | by which 9 of a head's 24 elements turn",
        "deepseek-v3 | topk_group | 1 | a token has 3 experts, but 1 of 4 groups",
        "kimi-linear | hidden_act | \"relu\" | only silu is implemented",
        "qwen3-next | hidden_act | \"relu\" | only silu is implemented",
        "qwen3-5 | hidden_act | \"relu\" | only silu is implemented",
      })
  void aValueThatTheFamilyDoesNotHaveIsRefused(
      String name, String key, String value, String sentence) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> read(name, key, value))
        .withMessageContaining(sentence);
  }

  /// As in DeepSeek's latent attention.
  @Test
  void yarnInAllDimensionsScalesMiniCpm3sScores() throws IOException {
    String yarn =
        "{\"rope_type\": \"yarn\", \"rope_theta\": 10000, \"factor\": 4.0,"
            + " \"original_max_position_embeddings\": 16, \"mscale\": 0.7, \"mscale_all_dim\": 1.1}";
    double magnitude = 0.1 * 1.1 * Math.log(4) + 1;
    assertThat(scale(read("minicpm3", "rope_parameters", yarn)))
        .isCloseTo(magnitude * magnitude / Math.sqrt(24), within(1e-12));
    assertThat(scale(read("minicpm3", "scale_depth", "1.2")))
        .isCloseTo(1 / Math.sqrt(24), within(1e-12));
  }

  private static double scale(FamilyModel model) {
    return model.program(Output.SCORE).operations().stream()
        .filter(Attend.class::isInstance)
        .map(Attend.class::cast)
        .findFirst()
        .orElseThrow()
        .scale();
  }

  /// Stacks of experts of Qwen3-VL lie in two ways, which their shapes tell apart; where a stack is
  /// square it is the published one, and the others, which are not, are refused if they are not.
  @Test
  void stacksOfExpertsMayLieBothWaysWhereTheirShapesTell() throws IOException {
    assertThat(waysToStore(48)).isEqualTo(3);
    assertThat(waysToStore(2 * 16)).isEqualTo(2);
    assertThat(waysToStore(16)).isEqualTo(2);
  }

  /// An expert's output layer: alone, and in a stack of some shapes.
  private static long waysToStore(int hidden) throws IOException {
    String config =
        """
        {"model_type": "qwen3_vl_moe_text", "hidden_size": %d, "moe_intermediate_size": 16,
         "intermediate_size": 16, "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 8,
         "num_hidden_layers": 1, "num_experts": 4, "num_experts_per_tok": 2, "vocab_size": 8,
         "decoder_sparse_step": 1, "rms_norm_eps": 1e-6, "rope_theta": 10000}
        """
            .formatted(hidden);
    FamilyModel model = Families.read(new ConfigReader("c", (ObjectNode) JSON.readTree(config)));
    return model
        .sources()
        .get("model.layers.0.mlp.experts.0.down_proj.weight")
        .tensors()
        .distinct()
        .count();
  }

  /// Gemma 3n's own table has 256 rows fewer than there are tokens.
  @Test
  void tokensBeyondTheTableOfSideInputsTakeItsFirstRow() throws IOException {
    FamilyModel model = read("gemma3n", "vocab_size_per_layer_input", "64");
    Source table = model.sources().get("model.embed_tokens_per_layer.weight");
    assertThat(table.rows()).isEqualTo(model.vocabularySize());
    assertThat(table.tensors())
        .singleElement()
        .satisfies(stored -> assertThat(stored.rows()).isEqualTo(64));
    assertThat(table).isInstanceOf(Source.Gathered.class);
    Source.Gathered gathered = (Source.Gathered) table;
    assertThat(gathered.order().row(63)).isEqualTo(63);
    assertThat(gathered.order().row(64)).isZero();
    assertThat(gathered.order().row(127)).isZero();
  }
}
