package io.github.nonplus.cli;

import io.github.nonplus.corpus.ShippedText;
import io.github.nonplus.measurement.WindowsRequest;
import io.github.nonplus.model.interpretation.Wanted;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The options that name a text and say how it becomes windows.
final class TextOptions {
  @Option(
      names = "--text",
      paramLabel = "FILE",
      description =
          "A text, or several by naming each with --text, as preprocess-input --input takes them."
              + " Default: examples/hound-of-the-baskervilles.txt, which comes with Nonplus.")
  @Reads
  List<Path> texts = List.of();

  @Mixin WindowOptions windows;

  @Spec(Target.MIXEE)
  CommandSpec spec;

  /// The windows by the tokenizer of `model`, which is to be taken for what is wanted. A text that
  /// nobody asked for is said.
  WindowsRequest request(Path model, Wanted wanted) {
    return windows.request(model, wanted, texts.isEmpty() ? List.of(shipped()) : texts);
  }

  private Path shipped() {
    Path text = ShippedText.path();
    OutputPlaces.of(spec).refuse("--text", text);
    spec.commandLine()
        .getErr()
        .println("No --text is given: taking %s, which comes with Nonplus.".formatted(text));
    return text;
  }
}
