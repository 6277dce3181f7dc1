package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.MlcConversion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// However a configuration is spelled, its model is the same, and converted weights that lose
/// nothing have its losses, bit for bit.
class SpellingTest {
  private static final String THETA = "rope_theta";
  private static final String ORIGINAL = "original_max_position_embeddings";

  private static final List<String> FIXTURES =
      List.of(
          "llama",
          "llama-bias",
          "llama-dynamic-rope",
          "llama-linear-rope",
          "llama-llama3rope",
          "llama-tied-sharded",
          "llama-yarn");

  @TempDir Path directory;

  /// The ways to say a base and a scaling.
  enum Spelling {
    OLDER_KEYS,
    NEWER_OBJECT,
    BASE_INSIDE_ROPE_SCALING,
    TWO_EQUAL_OBJECTS,
    EMPTY_ROPE_SCALING_BESIDE_ROPE_PARAMETERS,
    EMPTY_ROPE_PARAMETERS_BESIDE_OLDER_KEYS,
    ROPE_SCALING_OF_NULLS_BESIDE_ROPE_PARAMETERS,
    TYPE_UNDER_ITS_OLDER_NAME,
    TYPE_UNDER_BOTH_NAMES,
    ANOTHER_BASE_OUTSIDE,
    ORIGINAL_LENGTH_OUTSIDE,
    ORIGINAL_LENGTH_AS_A_FRACTION,
    KEYS_THAT_ARE_NULL;

    /// @param scaling with its `rope_type`, without the base
    ObjectNode spell(ObjectNode config, double base, ObjectNode scaling) {
      ObjectNode whole = scaling.deepCopy().put(THETA, base);
      return switch (this) {
        case OLDER_KEYS -> config.put(THETA, base).set("rope_scaling", scaling);
        case NEWER_OBJECT -> config.set("rope_parameters", whole);
        case BASE_INSIDE_ROPE_SCALING -> config.set("rope_scaling", whole);
        case TWO_EQUAL_OBJECTS ->
            config.<ObjectNode>set("rope_scaling", whole).set("rope_parameters", whole);
        case EMPTY_ROPE_SCALING_BESIDE_ROPE_PARAMETERS -> {
          config.putObject("rope_scaling");
          yield config.set("rope_parameters", whole);
        }
        case EMPTY_ROPE_PARAMETERS_BESIDE_OLDER_KEYS -> {
          config.putObject("rope_parameters");
          yield config.put(THETA, base).set("rope_scaling", scaling);
        }
        case ROPE_SCALING_OF_NULLS_BESIDE_ROPE_PARAMETERS -> {
          config.putObject("rope_scaling").putNull("type").putNull("factor");
          yield config.set("rope_parameters", whole);
        }
        case TYPE_UNDER_ITS_OLDER_NAME -> {
          scaling.set("type", scaling.remove("rope_type"));
          yield config.put(THETA, base).set("rope_scaling", scaling);
        }
        case TYPE_UNDER_BOTH_NAMES -> {
          scaling.set("type", scaling.get("rope_type"));
          yield config.put(THETA, base).set("rope_scaling", scaling);
        }
        case ANOTHER_BASE_OUTSIDE -> config.put(THETA, 7.0).set("rope_parameters", whole);
        case ORIGINAL_LENGTH_OUTSIDE -> {
          if (scaling.has(ORIGINAL)) {
            config.set(ORIGINAL, whole.remove(ORIGINAL));
          }
          yield config.set("rope_parameters", whole);
        }
        case ORIGINAL_LENGTH_AS_A_FRACTION -> {
          if (scaling.has(ORIGINAL)) {
            whole.set(ORIGINAL, DoubleNode.valueOf(scaling.get(ORIGINAL).doubleValue()));
          }
          yield config.set("rope_parameters", whole);
        }
        case KEYS_THAT_ARE_NULL -> {
          config.putNull(THETA).putNull("rope_scaling").putNull(ORIGINAL);
          yield config.set("rope_parameters", whole);
        }
      };
    }
  }

  static Stream<Arguments> spellings() {
    return FIXTURES.stream()
        .flatMap(name -> Stream.of(Spelling.values()).map(each -> Arguments.of(name, each)));
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void theLossesOfSourceAndConvertedWeightsAreThoseOfEveryOtherSpelling(
      String name, Spelling spelling) throws IOException {
    Fixture fixture = Fixture.named(name);
    Path windows = fixture.write(directory);
    Path plain = BrainWeights.copy(fixture.model(), directory.resolve("plain"));
    double[][] expected = TestRun.of(plain, windows).tokens();
    Path spelled = BrainWeights.copy(fixture.model(), directory.resolve("spelled"));
    respell(spelled.resolve("config.json"), spelling);
    assertThat(TestRun.of(spelled, windows).tokens()).isDeepEqualTo(expected);
    assertThat(TestRun.ofPublished(converted(spelled, "q0f32"), windows).tokens())
        .isDeepEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void weightsInFloat16AreKeptByFloat16(Spelling spelling) throws IOException {
    for (String name : List.of("llama-bias", "llama-linear-rope")) {
      Fixture fixture = Fixture.named(name);
      Path windows = fixture.write(directory);
      double[][] expected = TestRun.of(fixture.model(), windows).tokens();
      Path spelled = BrainWeights.copyFiles(fixture.model(), directory.resolve(name));
      respell(spelled.resolve("config.json"), spelling);
      assertThat(TestRun.ofPublished(converted(spelled, "q0f16"), windows).tokens())
          .isDeepEqualTo(expected);
    }
  }

  private static void respell(Path file, Spelling spelling) throws IOException {
    ObjectNode config = JsonFile.read(file, IllegalStateException::new);
    ObjectNode said =
        (ObjectNode)
            (config.has("rope_scaling")
                ? config.remove("rope_scaling")
                : config.remove("rope_parameters"));
    double base = (said.has(THETA) ? said.remove(THETA) : config.remove(THETA)).doubleValue();
    config.remove(THETA);
    Files.writeString(file, spelling.spell(config, base, said).toString());
  }

  private Path converted(Path source, String scheme) {
    FamilyModel model = HuggingFaceDirectory.read(source).model();
    Path output = directory.resolve(source.getFileName() + "-" + scheme);
    MlcConversion.Result result =
        MlcConversion.convert(
            source,
            MlcForms.named(model.modelType(), "").storedParameters(model),
            new ChatConfig("llama", MlcForms.named(model.modelType(), "").modelConfig(model), "LM"),
            MlcConversion.Options.upstream(Quantization.named(scheme)),
            output,
            (_, _, _) -> {});
    assertThat(result.warnings()).noneMatch(warning -> warning.contains("rounded"));
    return output;
  }
}
