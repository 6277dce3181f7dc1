package io.github.nonplus.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.divergence.DivergenceRequest.Reference.Recorded;
import io.github.nonplus.divergence.TestModels.Recorder;
import io.github.nonplus.failure.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A reference that llama.cpp recorded, against what llama.cpp's own formula makes of it and of
/// llama.cpp's logits of the candidate.
class RecordedReferenceTest {
  private static final Path FILE =
      Path.of("src/test/resources/io/github/nonplus/goldens/divergence/novella-6m.kld");

  /// Logits of another float32 program; see the golden divergences in float64.
  private static final double TOKEN = 1e-4;

  /// What is read from the file alone: float32 arithmetic on logarithms of up to 16.
  private static final double RECORDED = 2e-6;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100})
  void everyTokenIsThatOfLlamaCpp(int chunksPerBatch) throws IOException {
    JsonNode golden = DivergenceRunTest.golden("novella-6m.kld.json").get("chunks");
    Path candidate = TestModels.converted(directory, "q4f16_0");
    Recorder recorder = new Recorder();
    DivergenceResult result = run(candidate, OptionalInt.of(chunksPerBatch), recorder);
    assertThat(recorder.windows).hasSameSizeAs(golden);
    for (int chunk = 0; chunk < golden.size(); chunk++) {
      JsonNode expected = golden.get(chunk);
      var tokens = recorder.windows.get(chunk).tokens();
      assertThat(tokens).hasSameSizeAs(expected.get("kld"));
      for (int i = 0; i < tokens.size(); i++) {
        RowDivergence token = tokens.get(i);
        assertThat(token.kld()).isCloseTo(expected.get("kld").get(i).asDouble(), within(TOKEN));
        assertThat(token.candidateNll())
            .isCloseTo(expected.get("nll").get(i).asDouble(), within(TOKEN));
        assertThat(token.referenceNll())
            .isCloseTo(expected.get("base_nll").get(i).asDouble(), within(RECORDED));
        assertThat(token.reverseKld()).isNaN();
      }
      assertThat(tokens.stream().filter(RowDivergence::sameTop).count())
          .isEqualTo(expected.get("same_top").asLong());
    }
    assertThat(result.divergence().candidateToReference()).isNull();
    assertThat(result.protocol()).isEqualTo("llamacpp");
    assertThat(result.corpus()).isNull();
  }

  @Test
  void theAccountStatesTheClipAndTheTokenThatChunksBeginWith() {
    DivergenceResult result = run(TestModels.NOVELLA, OptionalInt.empty(), new Recorder());
    assertThat(result.reference())
        .isInstanceOfSatisfying(
            KldFile.Account.class,
            file -> {
              assertThat(file.clip()).isEqualTo(-16);
              assertThat(file.firstId()).isEqualTo(1);
              assertThat(file.chunks()).isEqualTo(3);
              assertThat(file.chunkTokens()).isEqualTo(17);
              assertThat(file.sha256()).hasSize(64);
            });
  }

  /// The recorded model itself: what is left is the 16 bits of the file, at most half a step of (16
  /// / 65535) for each logarithm.
  @Test
  void theRecordedModelItselfHardlyDiverges() {
    Divergence divergence =
        run(TestModels.NOVELLA, OptionalInt.empty(), new Recorder()).divergence();
    assertThat(divergence.referenceToCandidate().mean()).isCloseTo(0, within(16 / 65535.0 / 2));
    assertThat(divergence.sameTopShare()).isEqualTo(1);
  }

  @Test
  void aCandidateWithoutItsTokenizerIsRefused() throws IOException {
    Path candidate = TestModels.converted(directory, "q0f16");
    Files.delete(candidate.resolve("tokenizer.json"));
    assertThatThrownBy(() -> run(candidate, OptionalInt.empty(), new Recorder()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("has no tokenizer.json");
  }

  private static DivergenceResult run(Path candidate, OptionalInt batch, Recorder recorder) {
    return DivergenceRun.of(
        new DivergenceRequest(
            new Recorded(FILE), TestModels.side(candidate, "cpu"), Optional.empty(), batch),
        recorder);
  }
}
