package io.github.nonplus.checkpoint;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.Scratch;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.mlc.MlcFacts;
import io.github.nonplus.model.mlc.MlcForm;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.quantization.Rounding;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.Dialect;
import io.github.nonplus.weights.mlc.MlcConversion;
import io.github.nonplus.weights.mlc.MlcSummary;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// What a user asks for: a checkpoint's weights in a scheme, as one of MLC's directories.
///
/// @param model the directory of a Hugging Face model, quantized or not, or a GGUF file
/// @param quantization name of the scheme
/// @param template conversation template that the directory names
/// @param requantize whether the weights may be quantized already
public record WeightConversion(
    Path model,
    String quantization,
    Rounding rounding,
    Dialect dialect,
    String template,
    boolean requantize,
    Path output) {
  /// Who watches.
  public interface Listener {
    /// Something the user should know, as a sentence.
    void warning(String sentence);

    /// A parameter is about to be converted, the `number`th of `of`.
    void parameter(int number, int of, String name);
  }

  /// Converts.
  public MlcSummary run(Listener listener) {
    Quantization scheme = Quantization.named(quantization);
    scheme.requireComputed();
    Optional<Path> gguf = GgufExport.file(model);
    if (gguf.isPresent()) {
      Path file = gguf.get();
      Optional<String> before = GgufExport.quantized(file).map(type -> "GGUF " + type);
      return decoded(scheme, before, to -> GgufExport.write(file, to), listener);
    }
    HuggingFaceDirectory directory = HuggingFaceDirectory.read(model);
    MlcForms.of(directory.model(), model.toString()); // of others no tensor is decoded
    return directory.storage().isEmpty()
        ? converted(scheme, Optional.empty(), directory, listener)
        : decoded(
            scheme,
            Optional.of(directory.storage().get().name()),
            directory::writeDecoded,
            listener);
  }

  /// By way of a directory of decoded weights.
  ///
  /// @param before what they are quantized to already; empty if they are not
  private MlcSummary decoded(
      Quantization scheme, Optional<String> before, Consumer<Path> write, Listener listener) {
    if (before.isPresent()) {
      String twice =
          "%s is quantized already (%s), and weights in %s made of it are quantized twice"
              .formatted(model, before.get(), scheme.name());
      if (!requantize) {
        throw new ModelException(twice + "; give the original one, or add --requantize");
      }
      listener.warning(twice);
    }
    try (Scratch scratch = Scratch.open()) {
      Path directory = scratch.resolve("model");
      write.accept(directory);
      return converted(scheme, before, HuggingFaceDirectory.read(directory), listener);
    }
  }

  /// A checkpoint that is not understood is refused at once.
  private MlcSummary converted(
      Quantization scheme,
      Optional<String> before,
      HuggingFaceDirectory directory,
      Listener listener) {
    FamilyModel resolved = directory.model();
    MlcForm names = MlcForms.of(resolved, model.toString());
    try (SafetensorsCheckpoint checkpoint = directory.openCheckpoint()) {
      Consumer<String> warning = listener::warning;
      MlcFacts.lost(resolved).forEach(warning);
      for (Difference difference : names.differences(names.stored(resolved))) {
        listener.warning("MLC LLM's own %s %s".formatted(names.modelType(), difference.words()));
      }
      names
          .refusal(resolved)
          .ifPresent(
              reason ->
                  listener.warning(
                      "MLC LLM's own %s cannot be this model: %s"
                          .formatted(names.modelType(), reason)));
      if (!scheme.families().isEmpty() && !scheme.families().contains(resolved.modelType())) {
        listener.warning(
            "MLC LLM has no %s for %s, only for %s"
                .formatted(scheme.name(), names.modelType(), String.join(", ", scheme.families())));
      }
      MlcConversion.Result result =
          MlcConversion.convert(
              checkpoint,
              names.storedParameters(resolved),
              new ChatConfig(names.modelType(), names.modelConfig(resolved), template),
              new MlcConversion.Options(scheme, rounding, dialect, before),
              output,
              listener::parameter);
      result.warnings().forEach(warning);
      return result.summary();
    }
  }
}
