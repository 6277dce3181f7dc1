package io.github.nonplus.divergence;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.corpus.SlidingWindows;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.tokenizer.Tokenizer;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.MlcConversion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The shipped model in any scheme, and windows of the shipped text.
public final class TestModels {
  public static final Path NOVELLA = Path.of("../examples/novella-6m");

  private TestModels() {}

  /// Novella in a scheme, with its tokenizer beside it, in a folder of that name.
  public static Path converted(Path directory, String scheme) {
    Path converted = directory.resolve(scheme);
    HuggingFaceDirectory source = HuggingFaceDirectory.read(NOVELLA);
    MlcConversion.convert(
        NOVELLA,
        MlcForms.named(source.model().modelType(), "").storedParameters(source.model()),
        new ChatConfig(
            "llama",
            MlcForms.named(source.model().modelType(), "").modelConfig(source.model()),
            "LM"),
        MlcConversion.Options.upstream(Quantization.named(scheme)),
        converted,
        (_, _, _) -> {});
    try {
      if (!Files.exists(converted.resolve("tokenizer.json"))) {
        Files.copy(NOVELLA.resolve("tokenizer.json"), converted.resolve("tokenizer.json"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return converted;
  }

  /// The text's first windows.
  public static Windows windows(int count) {
    Text text = Text.read(Path.of("../examples/hound-of-the-baskervilles.txt"));
    try (Tokenizer tokenizer = Tokenizer.open(NOVELLA)) {
      Windows all = SlidingWindows.ORIGINAL.over(tokenizer.encode(text.content()));
      int[][] chosen = new int[count][];
      for (int i = 0; i < count; i++) {
        chosen[i] = all.window(i);
      }
      return Windows.of(chosen);
    }
  }

  static Path windowsFile(Path directory, Windows windows) {
    return WindowsFile.write(directory.resolve("windows.txt"), windows).path();
  }

  static SideRequest side(Path model, String device) {
    return new SideRequest(model, Optional.empty(), device, new DeviceOptions(2, Optional.empty()));
  }

  /// Keeps what a run says.
  static final class Recorder implements DivergenceRun.Listener {
    final List<WindowDivergence> windows = new java.util.ArrayList<>();
    final List<String> notes = new java.util.ArrayList<>();

    @Override
    public void note(String sentence) {
      notes.add(sentence);
    }

    @Override
    public void window(WindowDivergence window, DivergenceTally tally, int total) {
      windows.add(window);
    }
  }
}
