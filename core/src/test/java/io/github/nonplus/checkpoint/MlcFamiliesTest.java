package io.github.nonplus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.files.Digest;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.mlc.MlcForm;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.MlcConversion;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Conversions of every family that MLC has, byte by byte what MLC's own converter writes.
class MlcFamiliesTest {
  /// Fields of `mlc-chat-config.json` that say what the model is, where MLC says something else.
  private static final Map<String, List<String>> DEPARTURES =
      Map.of(
          "gemma3-vision",
          List.of(
              "/model_config/text_config/kwargs [model_type, sliding_window, tie_word_embeddings]"
                  + " instead of [model_type, sliding_window, vocab_size]",
              "/model_config/text_config/kwargs/tie_word_embeddings: true instead of ",
              "/model_config/vocab_size: 128 instead of 262208", // a default; the rows are 128
              "/vocab_size: 128 instead of 262208",
              "/active_vocab_size: 128 instead of 262208"));

  /// What other goldens are of, among all of them: forms of checkpoints that are not converted.
  /// Llama's biases are kept where MLC drops them.
  private static final Set<String> OTHERS =
      Set.of("deepseek-v3-fp8", "llama-awq", "llama-bias", "qwen3-fp8", "qwen3-moe-fp8");

  @TempDir Path directory;

  /// Those whose weights are here.
  static List<MlcGolden> goldens() throws IOException {
    List<MlcGolden> goldens = new ArrayList<>();
    for (MlcGolden golden : known()) {
      if (golden.hasWeights()) {
        goldens.add(golden);
      }
    }
    return goldens;
  }

  private static List<MlcGolden> known() throws IOException {
    return MlcGolden.all().stream()
        .filter(golden -> !OTHERS.contains(golden.family()))
        .filter(golden -> Quantization.find(golden.scheme()).isPresent())
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void filesAreThoseOfMlc(MlcGolden golden) throws IOException {
    Path output = convert(golden);
    golden
        .json()
        .path("files")
        .properties()
        .forEach(
            file ->
                assertThat(sha256(output.resolve(file.getKey())))
                    .as(file.getKey())
                    .isEqualTo(file.getValue().path("sha256").asText()));
    ObjectNode written =
        (ObjectNode) new ObjectMapper().readTree(output.resolve("mlc-chat-config.json").toFile());
    ObjectNode expected = (ObjectNode) golden.chatConfig();
    expected.put("quantization", golden.scheme());
    List<String> different = new ArrayList<>();
    compare("", written, expected, different);
    assertThat(different).isEqualTo(DEPARTURES.getOrDefault(golden.family(), List.of()));
  }

  /// Which tensors there are, of which shapes, and which of them stay float32. Those of blocks of
  /// FP8 have the same names, and scales beside them.
  @ParameterizedTest(name = "{0}")
  @MethodSource("named")
  void namesAndShapesAreThoseOfMlc(MlcGolden golden) throws IOException {
    FamilyModel model =
        HuggingFaceDirectory.read(golden.source(directory.resolve("source"))).model();
    Map<String, List<String>> stored = new TreeMap<>();
    for (StoredParameter parameter : MlcForms.of(model, golden.family()).storedParameters(model)) {
      boolean isSingle = parameter.role() == StoredParameter.Role.SINGLE;
      stored.put(parameter.name(), List.of(parameter.shape().toString(), "" + isSingle));
    }
    Map<String, List<String>> expected = new TreeMap<>();
    for (JsonNode tensor : golden.json().path("tensors")) {
      if (!tensor.get(0).asText().endsWith("_scale_inv")) {
        String shape = tensor.get(1).toString().replace(",", ", ");
        boolean isSingle = tensor.get(2).asText().equals("float32");
        expected.put(tensor.get(0).asText(), List.of(shape, "" + isSingle));
      }
    }
    assertThat(stored).isEqualTo(expected);
  }

  static List<MlcGolden> named() throws IOException {
    return MlcGolden.all().stream()
        .filter(golden -> !Set.of("llama-awq", "llama-bias").contains(golden.family()))
        .filter(golden -> List.of("q0f16", "fp8_e4m3fn_bf16_block_scale").contains(golden.scheme()))
        .toList();
  }

  /// A weight in 4 bits is at most half a step, of seven to the largest of its row, from its own.
  @ParameterizedTest(name = "{0}")
  @MethodSource("quantized")
  void quantizedWeightsAreNearTheirOwn(MlcGolden golden) throws IOException {
    ModelDirectory converted = ModelDirectory.open(convert(golden));
    ModelDirectory source = ModelDirectory.open(directory.resolve("source"));
    try (ModelWeights there = converted.openWeights();
        ModelWeights here = source.openWeights()) {
      for (Parameter parameter : source.model().program(Model.Output.SCORE).parameters()) {
        if (parameter.shape().size() == 2) {
          requireNear(parameter, values(there, parameter), values(here, parameter));
        }
      }
    }
  }

  private static void requireNear(Parameter parameter, float[] found, float[] expected) {
    int columns = parameter.inputs();
    for (int row = 0; row < parameter.outputs(); row++) {
      float largest = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
      }
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        assertThat(found[i]).as(parameter.name()).isCloseTo(expected[i], offset(largest * 0.073f));
      }
    }
  }

  static List<MlcGolden> quantized() throws IOException {
    return goldens().stream().filter(golden -> golden.scheme().equals("q4f16_1")).toList();
  }

  /// What is read of it, under the names of the model, is what the checkpoint holds: rounded to
  /// float16, and norms whole.
  @ParameterizedTest(name = "{0}")
  @MethodSource("unquantized")
  void whatIsWrittenIsReadBack(MlcGolden golden) throws IOException {
    ModelDirectory converted = ModelDirectory.open(convert(golden));
    ModelDirectory source = ModelDirectory.open(directory.resolve("source"));
    Map<String, Double> offsets = offsets(source.model());
    Map<String, Double> added = offsets(converted.model());
    Set<String> singles = singles(source.model());
    try (ModelWeights there = converted.openWeights();
        ModelWeights here = source.openWeights()) {
      for (Parameter parameter : source.model().program(Model.Output.SCORE).parameters()) {
        String name = parameter.name();
        double offset = offsets.getOrDefault(name, 0.0) - added.getOrDefault(name, 0.0);
        float[] expected = values(here, parameter);
        for (int i = 0; i < expected.length; i++) {
          expected[i] = Float.float16ToFloat(Float.floatToFloat16((float) (expected[i] + offset)));
        }
        // Sums are rounded in the checkpoint's type, which may be bfloat16, and so is float32.
        boolean isExact = offset == 0 && !singles.contains(name);
        assertThat(values(there, parameter))
            .as(name)
            .containsExactly(expected, offset(isExact ? 0f : 0x1p-7f));
      }
    }
  }

  private static Set<String> singles(FamilyModel model) {
    return MlcForms.of(model, "").storedParameters(model).stream()
        .filter(parameter -> parameter.role() == StoredParameter.Role.SINGLE)
        .map(StoredParameter::name)
        .collect(Collectors.toSet());
  }

  /// Whichever way quantized rows are stored, they mean the same.
  @ParameterizedTest(name = "{0}")
  @MethodSource("quantizedEitherWay")
  void bothLayoutsReadAlike(MlcGolden golden) throws IOException {
    Path one = Files.move(convert(golden), directory.resolve("nk"));
    MlcGolden other = golden.in("q4f16_0");
    ModelDirectory rows = ModelDirectory.open(one);
    try (ModelWeights nk = rows.openWeights();
        ModelWeights kn = ModelDirectory.open(convert(other)).openWeights()) {
      for (Parameter parameter : rows.model().program(Model.Output.SCORE).parameters()) {
        assertThat(values(kn, parameter)).as(parameter.name()).isEqualTo(values(nk, parameter));
      }
    }
  }

  static List<MlcGolden> unquantized() throws IOException {
    return goldens().stream().filter(golden -> golden.scheme().equals("q0f16")).toList();
  }

  static List<MlcGolden> quantizedEitherWay() throws IOException {
    List<MlcGolden> all = goldens();
    return all.stream()
        .filter(golden -> golden.scheme().equals("q4f16_1"))
        .filter(golden -> all.contains(golden.in("q4f16_0"))) // experts have one layout
        .toList();
  }

  private static Map<String, Double> offsets(FamilyModel model) {
    Map<String, Double> offsets = new HashMap<>();
    for (Operation operation : model.program(Model.Output.SCORE).operations()) {
      if (operation instanceof Norm norm && norm.weight() != null) {
        offsets.put(norm.weight().name(), norm.offset());
      }
    }
    return offsets;
  }

  private static float[] values(ModelWeights weights, Parameter parameter) {
    if (parameter.shape().size() == 1) {
      return weights.vector(parameter.name(), parameter.outputs());
    }
    float[] values = new float[parameter.outputs() * parameter.inputs()];
    weights
        .matrix(parameter.name(), parameter.outputs(), parameter.inputs())
        .decode(0, parameter.outputs(), values, 0);
    return values;
  }

  private Path convert(MlcGolden golden) throws IOException {
    HuggingFaceDirectory source =
        HuggingFaceDirectory.read(golden.source(directory.resolve("source")));
    FamilyModel model = source.model();
    MlcForm form = MlcForms.of(model, golden.family());
    Path output = directory.resolve("output");
    try (SafetensorsCheckpoint checkpoint = source.openCheckpoint()) {
      MlcConversion.convert(
          checkpoint,
          form.storedParameters(model),
          new ChatConfig(form.modelType(), form.modelConfig(model), "LM"),
          MlcConversion.Options.upstream(Quantization.named(golden.scheme())),
          output,
          (_, _, _) -> {});
    }
    return output;
  }

  private static void compare(
      String at, JsonNode written, JsonNode expected, List<String> different) {
    if (written.isObject() && expected.isObject()) {
      List<String> keys = new ArrayList<>();
      written.fieldNames().forEachRemaining(keys::add);
      List<String> others = new ArrayList<>();
      expected.fieldNames().forEachRemaining(others::add);
      if (!keys.equals(others)) {
        different.add(at + " " + keys + " instead of " + others);
      }
      for (String key : keys) {
        compare(at + "/" + key, written.path(key), expected.path(key), different);
      }
    } else if (!written.toString().equals(expected.toString())) {
      different.add("%s: %s instead of %s".formatted(at, written, expected));
    }
  }

  private static String sha256(Path file) {
    try {
      return Digest.sha256().add(MemorySegment.ofArray(Files.readAllBytes(file))).hex();
    } catch (IOException missing) {
      return missing.toString();
    }
  }
}
