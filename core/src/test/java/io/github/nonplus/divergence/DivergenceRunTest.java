package io.github.nonplus.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.divergence.DivergenceRequest.Reference.Running;
import io.github.nonplus.divergence.TestModels.Recorder;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.library.Function;
import io.github.nonplus.model.Model;
import io.github.nonplus.program.passes.Passes;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two models in step, against the same divergences from whole rows of logits.
class DivergenceRunTest {
  private static final Path NOVELLA = TestModels.NOVELLA;

  private static final int WINDOWS = 16;
  private static final Recorder QUANTIZED = new Recorder();

  private static Path quantized;
  private static Divergence divergence;

  @TempDir static Path shared;
  @TempDir Path directory;

  /// The shipped model in q4f16_0 against itself.
  @BeforeAll
  static void compareOnce() {
    quantized = TestModels.converted(shared, "q4f16_0");
    Path windows = TestModels.windowsFile(shared, TestModels.windows(WINDOWS));
    divergence = run(NOVELLA, quantized, windows, OptionalInt.empty(), QUANTIZED).divergence();
  }

  @Test
  void identicalModelsDoNotDivergeAtAll() {
    Recorder recorder = new Recorder();
    Divergence divergence = run(NOVELLA, NOVELLA, 3, OptionalInt.empty(), recorder).divergence();
    for (WindowDivergence window : recorder.windows) {
      for (RowDivergence token : window.tokens()) {
        assertThat(token.kld()).isZero();
        assertThat(token.reverseKld()).isZero();
      }
    }
    assertThat(divergence.sameTopShare()).isEqualTo(1);
    assertThat(divergence.perplexityRatio()).isEqualTo(1);
    assertThat(divergence.standardErrorPerplexityRatio()).isZero();
    assertThat(divergence.rmsDeltaP()).isZero();
    assertThat(divergence.referenceToCandidate().largest()).isZero();
    assertThat(divergence.referenceToCandidate().percentiles().values()).containsOnly(0.0);
  }

  /// The weights are the same numbers in another form.
  @Test
  void aLosslessConversionDoesNotDivergeAtAll() {
    Path converted = TestModels.converted(directory, "q0f16");
    Divergence divergence =
        run(NOVELLA, converted, 2, OptionalInt.empty(), new Recorder()).divergence();
    assertThat(divergence.referenceToCandidate().largest()).isZero();
    assertThat(divergence.candidateToReference().largest()).isZero();
  }

  /// Whole rows of the same float32 logits, softmax and sum in float64 as the definition has them:
  /// what differs is the rounding of float64 alone, some 1e-15 times the logits' spread.
  @Test
  void everyTokenIsThatOfWholeRowsOfLogits() {
    Windows windows = TestModels.windows(WINDOWS);
    for (int w = 0; w < windows.count(); w++) {
      float[] p = logits(NOVELLA, windows.window(w));
      float[] q = logits(quantized, windows.window(w));
      List<RowDivergence> tokens = QUANTIZED.windows.get(w).tokens();
      int vocabulary = p.length / tokens.size();
      for (int i = 0; i < tokens.size(); i++) {
        double[] logP = logSoftmax(p, i * vocabulary, vocabulary);
        double[] logQ = logSoftmax(q, i * vocabulary, vocabulary);
        int target = windows.id(w, i + 1);
        assertThat(tokens.get(i).kld()).isCloseTo(kld(logP, logQ), within(1e-12));
        assertThat(tokens.get(i).reverseKld()).isCloseTo(kld(logQ, logP), within(1e-12));
        assertThat(tokens.get(i).referenceNll()).isCloseTo(-logP[target], within(1e-12));
        assertThat(tokens.get(i).candidateNll()).isCloseTo(-logQ[target], within(1e-12));
        assertThat(tokens.get(i).sameTop()).isEqualTo(largest(logP) == largest(logQ));
      }
    }
  }

  /// Another program's float64 throughout. Float32 forward passes differ from it where small
  /// differences grow on their way through the layers; PyTorch's own says how much, and three times
  /// that leaves room for another order of sums. Means err less: their errors cancel.
  @Test
  void everyTokenIsThatOfFloat64Throughout() throws IOException {
    JsonNode record = golden("novella-6m.q4f16_0.json");
    double tolerance = 3 * record.get("float32_max_abs_difference").asDouble();
    JsonNode golden = record.get("windows");
    assertThat(golden).hasSize(WINDOWS);
    double mean = 0;
    double reference = 0;
    double ours = 0;
    long sameTop = 0;
    for (int w = 0; w < golden.size(); w++) {
      JsonNode expected = golden.get(w);
      List<RowDivergence> tokens = QUANTIZED.windows.get(w).tokens();
      for (int i = 0; i < tokens.size(); i++) {
        assertThat(tokens.get(i).kld())
            .as("window %d, token %d", w + 1, i + 1)
            .isCloseTo(expected.get("kld").get(i).asDouble(), within(tolerance));
        assertThat(tokens.get(i).reverseKld())
            .as("window %d, token %d", w + 1, i + 1)
            .isCloseTo(expected.get("reverse_kld").get(i).asDouble(), within(tolerance));
        mean += expected.get("kld").get(i).asDouble() / tokens.size() / golden.size();
      }
      reference += expected.get("reference_nll").asDouble() / golden.size();
      ours += expected.get("candidate_nll").asDouble() / golden.size();
      sameTop += expected.get("same_top").asLong();
    }
    assertThat(divergence.referenceToCandidate().mean()).isCloseTo(mean, within(1e-6));
    assertThat(divergence.meanDeltaNll()).isCloseTo(ours - reference, within(1e-6));
    assertThat(Math.log(divergence.referencePerplexity())).isCloseTo(reference, within(1e-6));
    assertThat(Math.log(divergence.candidatePerplexity())).isCloseTo(ours, within(1e-6));
    assertThat(divergence.sameTopShare() * divergence.tokensScored())
        .isCloseTo(sameTop, within(1e-6));
  }

  @Test
  void nothingDependsOnTheSizeOfABatch() {
    Path candidate = TestModels.converted(directory, "q3f16_1");
    Recorder alone = new Recorder();
    Recorder together = new Recorder();
    Divergence one = run(NOVELLA, candidate, 5, OptionalInt.of(1), alone).divergence();
    Divergence five = run(NOVELLA, candidate, 5, OptionalInt.of(5), together).divergence();
    assertThat(together.windows).isEqualTo(alone.windows);
    assertThat(five).isEqualTo(one);
  }

  @Test
  void bothSidesGiveAnAccountOfThemselves() {
    Path candidate = TestModels.converted(directory, "q4f16_1");
    DivergenceResult result = run(NOVELLA, candidate, 1, OptionalInt.empty(), new Recorder());
    assertThat(result.reference())
        .isInstanceOfSatisfying(
            SideAccount.class, side -> assertThat(side.model().quantization()).isEqualTo("source"));
    assertThat(result.candidate().model().quantization()).isEqualTo("q4f16_1");
    assertThat(result.candidate().device()).isEqualTo("cpu");
    assertThat(result.divergence().standardErrorDeltaNll()).isNull();
    assertThat(result.corpus().windowsFile()).endsWith("windows.txt");
  }

  @Test
  void modelsOfDifferentVocabulariesAreRefused() {
    Path llama = Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama");
    Path windows = TestModels.windowsFile(directory, Windows.of(new int[] {1, 2, 3}));
    assertThatThrownBy(() -> run(NOVELLA, llama, windows, OptionalInt.empty(), new Recorder()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("a vocabulary of 4096, the candidate of 128");
  }

  private DivergenceResult run(
      Path reference, Path candidate, int windows, OptionalInt batch, Recorder recorder) {
    Path file = TestModels.windowsFile(directory, TestModels.windows(windows));
    return run(reference, candidate, file, batch, recorder);
  }

  private static DivergenceResult run(
      Path reference, Path candidate, Path windows, OptionalInt batch, Recorder recorder) {
    return DivergenceRun.of(
        new DivergenceRequest(
            new Running(TestModels.side(reference, "cpu")),
            TestModels.side(candidate, "cpu"),
            Optional.of(windows),
            batch),
        recorder);
  }

  private static float[] logits(Path path, int[] window) {
    ModelDirectory model = ModelDirectory.open(path);
    Function prefill =
        Function.of(Passes.apply(model.model().program(Model.Output.LOGITS), (_, _) -> {}));
    try (Device device = Devices.open("cpu", DeviceOptions.defaults());
        ModelWeights weights = model.openWeights();
        Executable executable = device.load(prefill, weights, window.length)) {
      return executable.output(Batch.scoring(List.of(window)));
    }
  }

  private static double[] logSoftmax(float[] logits, int at, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += StrictMath.exp(logits[at + i]);
    }
    double[] result = new double[count];
    for (int i = 0; i < count; i++) {
      result[i] = logits[at + i] - StrictMath.log(sum);
    }
    return result;
  }

  private static double kld(double[] logP, double[] logQ) {
    double sum = 0;
    for (int i = 0; i < logP.length; i++) {
      sum += StrictMath.exp(logP[i]) * (logP[i] - logQ[i]);
    }
    return sum;
  }

  private static int largest(double[] row) {
    int largest = 0;
    for (int i = 1; i < row.length; i++) {
      largest = row[i] > row[largest] ? i : largest;
    }
    return largest;
  }

  static JsonNode golden(String name) throws IOException {
    try (InputStream in =
        DivergenceRunTest.class.getResourceAsStream(
            "/io/github/nonplus/goldens/divergence/" + name)) {
      return new ObjectMapper().readTree(in);
    }
  }
}
