package io.github.nonplus.weights.mlc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.safetensors.CheckpointWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MlcWeightsTest {
  @TempDir Path directory;

  /// A tensor of the checkpoint with its shape.
  record Source(String name, int rows, int columns) {
    float[] read(ModelWeights weights) {
      if (columns == 0) {
        return weights.vector(name, rows);
      }
      Matrix matrix = weights.matrix(name, rows, columns);
      float[] values = new float[rows * columns];
      matrix.decode(0, rows, values, 0);
      return values;
    }
  }

  private static Stream<Source> sources(LlamaParameters model) {
    return model.list().stream().flatMap(MlcWeightsTest::sources);
  }

  private static Stream<Source> sources(StoredParameter parameter) {
    int columns = parameter.shape().size() == 1 ? 0 : parameter.shape().get(1);
    return IntStream.range(0, parameter.sources().size())
        .mapToObj(
            i -> new Source(parameter.sources().get(i), parameter.sourceRows().get(i), columns));
  }

  private ModelWeights convert(LlamaParameters model, String scheme) {
    boolean tiny = model.equals(LlamaParameters.TINY);
    Path output = directory.resolve(scheme);
    MlcConversion.convert(
        tiny ? Goldens.path("tiny-hf") : LlamaParameters.NOVELLA_DIRECTORY,
        model.list(),
        model.chatConfig(),
        MlcConversion.Options.upstream(Quantization.named(scheme)),
        output,
        (_, _, _) -> {});
    return MlcWeights.open(output, model.list());
  }

  @Test
  void float16WeightsComeBackAsTheyWere() {
    try (ModelWeights converted = convert(LlamaParameters.NOVELLA, "q0f16");
        ModelWeights original = CheckpointWeights.open(LlamaParameters.NOVELLA_DIRECTORY)) {
      sources(LlamaParameters.NOVELLA)
          .forEach(
              source ->
                  assertThat(source.read(converted))
                      .as(source.name())
                      .isEqualTo(source.read(original)));
    }
  }

  @Test
  void float32WeightsComeBackWithTheirUpperHalves() {
    try (ModelWeights converted = convert(LlamaParameters.TINY, "q0f32");
        ModelWeights original = CheckpointWeights.open(Goldens.path("tiny-hf"))) {
      sources(LlamaParameters.TINY)
          .forEach(
              source -> {
                float[] expected = source.read(original);
                float[] found = source.read(converted);
                for (int i = 0; i < found.length; i++) {
                  assertThat(Float.floatToRawIntBits(found[i]) >>> 16)
                      .isEqualTo(Bfloat16.encode(expected[i]) & 0xFFFF);
                }
              });
    }
  }

  @Test
  void bothLayoutsMeanTheSameMatrices() {
    for (String bits : new String[] {"q4f16_", "q3f16_"}) {
      try (ModelWeights transposed = convert(LlamaParameters.TINY, bits + "0");
          ModelWeights plain = convert(LlamaParameters.TINY, bits + "1")) {
        sources(LlamaParameters.TINY)
            .forEach(
                source ->
                    assertThat(source.read(transposed))
                        .as(source.name())
                        .isEqualTo(source.read(plain)));
      }
    }
  }

  @Test
  void quantizedWeightsLieWithinHalfAStepOfTheOriginal() {
    try (ModelWeights converted = convert(LlamaParameters.NOVELLA, "q4f16_0");
        ModelWeights original = CheckpointWeights.open(LlamaParameters.NOVELLA_DIRECTORY)) {
      sources(LlamaParameters.NOVELLA)
          .filter(source -> source.columns() > 0)
          .forEach(source -> assertWithinHalfAStep(source, converted, original));
    }
  }

  /// Half a step is 1/14 of a group's largest magnitude; each rounding to float16 adds 2^-11.
  private static void assertWithinHalfAStep(
      Source source, ModelWeights converted, ModelWeights original) {
    float[] expected = source.read(original);
    float[] found = source.read(converted);
    for (int group = 0; group < expected.length; group += 32) {
      float largest = 0;
      for (int i = group; i < group + 32; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
      }
      for (int i = group; i < group + 32; i++) {
        if (!(Math.abs(found[i] - expected[i]) <= largest * 0.074f)) {
          fail("%s: %s became %s", source.name(), expected[i], found[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"q4f16_0", "q4f32_1"})
  void directoriesThatMlcWroteAreReadUnderEitherName(String scheme) throws IOException {
    Path copy = Files.createDirectory(directory.resolve("copy"));
    try (Stream<Path> files = Files.list(Goldens.path("tiny-" + scheme))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace("tensor-cache", "ndarray-cache");
        Files.copy(file, copy.resolve(name));
      }
    }
    var parameters = LlamaParameters.TINY.list();
    try (ModelWeights ours = convert(LlamaParameters.TINY, scheme);
        ModelWeights mlc = MlcWeights.open(Goldens.path("tiny-" + scheme), parameters);
        ModelWeights older = MlcWeights.open(copy, parameters)) {
      assertThat(mlc.digest())
          .isEqualTo(Goldens.sha256(Goldens.path("tiny-" + scheme + "/params_shard_0.bin")));
      assertThat(mlc.bytes()).isEqualTo(41536);
      sources(LlamaParameters.TINY)
          .forEach(
              source -> {
                assertThat(source.read(mlc)).isEqualTo(source.read(ours));
                assertThat(source.read(older)).isEqualTo(source.read(ours));
              });
    }
  }

  @Test
  void theSummaryGivesTheIndexInAFewNumbers() {
    MlcSummary summary = MlcSummary.read(Goldens.path("tiny-q4f16_0"));
    assertThat(summary)
        .isEqualTo(
            new MlcSummary(
                "llama",
                "q4f16_0",
                "tensor-cache.json",
                1,
                23,
                41536,
                OptionalDouble.of(4.785253456221199)));
  }
}
