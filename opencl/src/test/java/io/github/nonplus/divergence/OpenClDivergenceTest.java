package io.github.nonplus.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.opencl.OpenClRequired;
import io.github.nonplus.divergence.DivergenceRequest.Reference.Running;
import io.github.nonplus.divergence.TestModels.Recorder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An OpenCL device as one side of a comparison, or as both.
class OpenClDivergenceTest implements OpenClRequired {
  @TempDir Path directory;

  /// The second order of what float32 rounds: differences of logits of 1e-5 squared, and the
  /// rounding of float64 sums.
  @Test
  void theSameModelOnAnotherDeviceHardlyDiverges() {
    Divergence divergence =
        compared(TestModels.NOVELLA, "cpu", TestModels.NOVELLA, "opencl", new Recorder());
    assertThat(divergence.referenceToCandidate().largest()).isBetween(0.0, 1e-9);
    assertThat(divergence.candidateToReference().largest()).isBetween(0.0, 1e-9);
    assertThat(divergence.perplexityRatio()).isCloseTo(1, within(5e-6));
  }

  @Test
  void onOneDeviceTheSameModelDoesNotDivergeAtAll() {
    Divergence divergence =
        compared(TestModels.NOVELLA, "opencl", TestModels.NOVELLA, "opencl", new Recorder());
    assertThat(divergence.referenceToCandidate().largest()).isZero();
    assertThat(divergence.candidateToReference().largest()).isZero();
    assertThat(divergence.perplexityRatio()).isEqualTo(1);
  }

  @Test
  void aQuantizedModelDivergesThereAsOnTheCpu() {
    Path quantized = TestModels.converted(directory, "q4f16_0");
    Recorder there = new Recorder();
    Recorder here = new Recorder();
    compared(TestModels.NOVELLA, "opencl", quantized, "opencl", there);
    compared(TestModels.NOVELLA, "cpu", quantized, "cpu", here);
    for (int w = 0; w < here.windows.size(); w++) {
      for (int i = 0; i < here.windows.get(w).tokens().size(); i++) {
        // as far as two float32 programs are apart
        assertThat(there.windows.get(w).tokens().get(i).kld())
            .as("window %d, token %d", w + 1, i + 1)
            .isCloseTo(here.windows.get(w).tokens().get(i).kld(), within(1e-4));
      }
    }
  }

  private Divergence compared(
      Path reference, String referenceDevice, Path candidate, String device, Recorder recorder) {
    Path windows = TestModels.windowsFile(directory, TestModels.windows(2));
    return DivergenceRun.of(
            new DivergenceRequest(
                new Running(TestModels.side(reference, referenceDevice)),
                TestModels.side(candidate, device),
                Optional.of(windows),
                OptionalInt.empty()),
            recorder)
        .divergence();
  }
}
