package io.github.nonplus.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.files.Zips;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.perplexity.Evaluation;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A weight directory whole as MLC's own converter wrote it, with codes of another tool; see
/// PROVENANCE.md beside them. Some are shipped, all are below `-Dnonplus.goldens=DIR`.
public record MlcDirectoryGolden(String name, Path path) {
  private static final Path FOLDER =
      Path.of("../core/src/test/resources/io/github/nonplus/goldens/mlc/directories");

  /// All that there are.
  public static List<MlcDirectoryGolden> all() throws IOException {
    List<MlcDirectoryGolden> all = new ArrayList<>();
    for (Path zip : list(FOLDER)) {
      String name = zip.getFileName().toString().replace(".zip", "");
      all.add(new MlcDirectoryGolden(name, Zips.unpack(zip, Path.of("target", "mlc", name))));
    }
    String more = System.getProperty("nonplus.goldens");
    if (more != null) {
      for (Path family : list(Path.of(more).resolve("mlc-families"))) {
        for (Path scheme : list(family)) {
          String name = family.getFileName().toString();
          boolean isOne =
              Files.exists(scheme.resolve("params_shard_0.bin"))
                  && !scheme.endsWith("q4f16_1")
                  && all.stream().noneMatch(each -> each.name.equals(name));
          if (isOne) {
            all.add(new MlcDirectoryGolden(name, scheme));
          }
        }
      }
    }
    return List.copyOf(all);
  }

  static MlcDirectoryGolden named(String name) throws IOException {
    return all().stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(path.resolve(file).toFile());
  }

  /// The losses of some tokens, on a device.
  ///
  /// @param kernels of the device; empty for its own choice
  /// @param changed what becomes of the weights before they are loaded
  public List<double[]> losses(
      String device, Optional<String> kernels, UnaryOperator<ModelWeights> changed) {
    ModelDirectory model = ModelDirectory.open(path);
    ModelLibrary library =
        Compiler.compile(
            model.model(), model.quantization(), device, CompileOptions.SCORING, (_, _, _) -> {});
    int[][] ids = new int[3][40];
    for (int i = 0; i < 120; i++) {
      ids[i / 40][i % 40] = (i * 37 + i * i) % 64;
    }
    Evaluation evaluation = Evaluation.ofTokens(Windows.of(ids), 90);
    List<double[]> losses = new ArrayList<>();
    try (Device opened = Devices.open(device, new DeviceOptions(2, kernels));
        ModelWeights weights = changed.apply(model.openWeights());
        Executable executable =
            opened.load(
                library.score("test"), library.code(), weights, evaluation.largestBatch())) {
      evaluation.run(executable, window -> losses.add(window.tokenNll()));
    }
    return losses;
  }

  @Override
  public String toString() {
    return name;
  }
}
