package io.github.nonplus.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Configurations that are not understood, or not to be believed.
class ConfigurationRefusalTest {
  @TempDir Path directory;

  @Test
  void unknownKeyIsRefused() {
    configured(config -> config.put("logit_cap", 30))
        .says(
            "%s: the key 'logit_cap' (30) is not known here and could change the numbers; remove it"
                + " if it does not",
            config());
  }

  @Test
  void longValueOfAnUnknownKeyIsShownInPart() {
    configured(config -> config.put("logit_cap", "x".repeat(1000)))
        .says(
            "%s: the key 'logit_cap' (\"%s…) is not known here and could change the numbers; remove"
                + " it if it does not",
            config(), "x".repeat(59));
  }

  @Test
  void unknownKeyOfTheRotationIsRefused() {
    configured(config -> config.withObject("/rope_parameters").put("short_factor", 2))
        .says(
            "%s: rope_parameters: the key 'short_factor' (2) is not known here and could change the"
                + " numbers; remove it if it does not",
            config());
  }

  @Test
  void unknownRotationIsRefused() {
    configured(config -> config.withObject("/rope_parameters").put("rope_type", "spiral"))
        .says(
            "%s: rope_parameters: rope_type 'spiral' is not implemented; known are default, linear,"
                + " dynamic, llama3, yarn, longrope, proportional, mrope",
            config());
  }

  @Test
  void unsupportedModelTypeIsRefused() {
    configured(config -> config.put("model_type", "perceiver"))
        .mentions("model_type 'perceiver' is not implemented; this build knows llama, qwen3, ");
  }

  @Test
  void missingModelTypeIsRefused() {
    configured(config -> config.remove("model_type"))
        .says("%s: model_type is missing; give the config.json of a Hugging Face model", config());
  }

  @Test
  void headsThatDoNotDivideTheHiddenSizeAreRefused() {
    configured(
            config -> {
              config.remove("head_dim");
              config.put("num_attention_heads", 6);
            })
        .says("%s: hidden_size 64 is no multiple of num_attention_heads 6", config());
  }

  @Test
  void keyHeadsThatDoNotDivideTheHeadsAreRefused() {
    configured(config -> config.put("num_key_value_heads", 3))
        .says("%s: num_attention_heads 4 is no multiple of num_key_value_heads 3", config());
  }

  @ParameterizedTest
  @CsvSource({"1e30, 1.0E30", "-1, -1", "0, 0", "2147483648, 2147483648", "'\"64\"', '\"64\"'"})
  void sizeThatIsNoSizeIsRefused(String value, String shown) throws IOException {
    replaced("\"hidden_size\": 64", "\"hidden_size\": " + value)
        .says(
            "%s: hidden_size is %s, expected a whole number from 1 to 2147483647", config(), shown);
  }

  @Test
  void sizeBeyondAnyModelIsRefused() throws IOException {
    replaced("\"hidden_size\": 64", "\"hidden_size\": 2147483647")
        .says("%s: a size of 2147483647 is beyond any model (at most 16777216)", config());
  }

  @Test
  void numberOfAThousandDigitsIsRefused() throws IOException {
    replaced("\"hidden_size\": 64", "\"hidden_size\": " + "9".repeat(2000))
        .mentions(config() + " is not valid JSON (", "2000");
  }

  @Test
  void duplicateKeyIsRefused() throws IOException {
    replaced("\"hidden_size\": 64", "\"hidden_size\": 64, \"hidden_size\": 128")
        .says(
            "%s is not valid JSON (Duplicate field 'hidden_size' at line 12, column 35); correct it, or"
                + " download it again",
            config());
  }

  @Test
  void textThatIsNoJsonIsRefused() throws IOException {
    written("hidden_size = 64").mentions(config() + " is not valid JSON (");
  }

  @Test
  void arrayIsRefused() throws IOException {
    written("[1, 2]").says("%s does not hold a JSON object", config());
  }

  @Test
  void zeroBytesAreRefused() throws IOException {
    written("").says("%s does not hold a JSON object", config());
  }

  @Test
  void nestingWithoutEndIsRefused() throws IOException {
    written("{\"a\":".repeat(100_000)).mentions(config() + " is not valid JSON (");
  }

  @Test
  void quantizationThatNobodyNamesIsRefused() {
    configured(config -> config.putObject("quantization_config").put("bits", 4))
        .says(
            "%s: quantization_config: quant_method is missing: nothing says how the weights are quantized",
            config());
  }

  @Test
  void otherActivationIsRefused() {
    configured(config -> config.put("hidden_act", "mish"))
        .mentions("hidden_act is 'mish', which is not implemented; known are gelu, ");
  }

  /// What a hostile file says must not steer the terminal on which it is shown.
  @Test
  void controlCharactersAreNotPassedOn() {
    configured(config -> config.put("model_type", "\u001b[2Jlla\nma"))
        .mentions("model_type '\\u001b[2Jlla\\nma' is not implemented; this build knows llama, ");
  }

  @Test
  void missingConfigurationIsRefused() {
    Path nowhere = directory.resolve("nowhere");
    Refusal.of(directory, compiling(nowhere))
        .says(
            "%s is missing; give the directory of a Hugging Face model, or its config.json",
            nowhere);
  }

  private Refusal configured(Consumer<ObjectNode> change) {
    return refusal(TinyModel.llama(directory).configure(change));
  }

  private Refusal written(String content) throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Files.writeString(model.config(), content);
    return refusal(model);
  }

  private Refusal replaced(String old, String content) throws IOException {
    Path original = TinyModel.original("llama").resolve("config.json");
    String json = new String(Files.readAllBytes(original), StandardCharsets.UTF_8);
    return written(json.replace(old, content));
  }

  /// All three commands that read a configuration refuse it, in the same words.
  private Refusal refusal(TinyModel model) {
    Refusal refusal = Refusal.of(directory, compiling(model.path()));
    Refusal.of(
            directory,
            "convert-weight",
            model.path(),
            "--quantization",
            "q4f16_1",
            "--output",
            directory.resolve("weights"))
        .says("%s", refusal.sentence());
    Refusal.of(
            directory,
            "calculate-perplexity",
            "--model",
            model.path(),
            "--device",
            "cpu",
            "--input-path",
            TinyModel.windows(directory))
        .says("%s", refusal.sentence());
    return refusal;
  }

  private Object[] compiling(Path model) {
    return new Object[] {
      "compile",
      model,
      "--quantization",
      "q4f16_1",
      "--device",
      "cpu",
      "--output",
      directory.resolve("model.lib"),
      "--dump",
      directory.resolve("dump")
    };
  }

  private Path config() {
    return directory.resolve("llama/config.json");
  }
}
