package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.Function;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A loss has the same bits whatever computes it: any kernels, any number of threads, any batch.
class SameNumberTest {
  private static final Path MODEL = Path.of("..", "examples", "novella-6m");

  /// Lengths around those of tiles and blocks of keys.
  private static final int[] LENGTHS = {2, 3, 59, 61, 129, 256, 258};

  @Test
  void lossesDoNotDependOnKernelsThreadsOrBatch() {
    double[] expected = losses(Kernels.scalar(), 1, LENGTHS.length);
    assertThat(losses(VectorKernels.of(256), 2, 1)).isEqualTo(expected);
    assertThat(losses(VectorKernels.of(128), 3, 2)).isEqualTo(expected);
    assertThat(losses(VectorKernels.of(256), 1, LENGTHS.length)).isEqualTo(expected);
  }

  private static double[] losses(Kernels kernels, int threads, int windowsPerBatch) {
    ModelDirectory directory = ModelDirectory.open(MODEL);
    Function score =
        Compiler.compile(
                directory.model(),
                directory.quantization(),
                "cpu",
                CompileOptions.SCORING,
                (_, _, _) -> {})
            .score("the model");
    List<Double> losses = new ArrayList<>();
    try (Device device = new CpuDevice(kernels, threads);
        ModelWeights weights = directory.openWeights();
        Executable executable = device.load(score, weights, 800)) {
      List<int[]> windows = windows();
      for (int w = 0; w < windows.size(); w += windowsPerBatch) {
        int end = Math.min(windows.size(), w + windowsPerBatch);
        for (double loss : executable.score(Batch.scoring(windows.subList(w, end)))) {
          losses.add(loss);
        }
      }
    }
    return losses.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static List<int[]> windows() {
    Random random = new Random(11);
    List<int[]> windows = new ArrayList<>();
    for (int length : LENGTHS) {
      windows.add(random.ints(length, 0, 1000).toArray());
    }
    return windows;
  }
}
