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
/// @param model the directory of a Hugging Face model, or a GGUF file
/// @param quantization name of the scheme
/// @param template conversation template that the directory names
/// @param requantize whether a GGUF file may be quantized already
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
    Optional<Path> gguf = GgufExport.file(model);
    return gguf.isPresent()
        ? exported(scheme, gguf.get(), listener)
        : converted(scheme, HuggingFaceDirectory.read(model).requireUnquantized(scheme), listener);
  }

  /// By way of a directory of its decoded weights.
  private MlcSummary exported(Quantization scheme, Path file, Listener listener) {
    Optional<String> quantized = GgufExport.quantized(file);
    if (quantized.isPresent() && !requantize) {
      throw new ModelException(quantized.get() + "; give the original one, or add --requantize");
    }
    quantized.ifPresent(listener::warning);
    try (Scratch scratch = Scratch.open()) {
      Path directory = scratch.resolve("model");
      GgufExport.write(file, directory);
      return converted(scheme, HuggingFaceDirectory.read(directory), listener);
    }
  }

  /// A checkpoint that is not understood is refused at once.
  private MlcSummary converted(
      Quantization scheme, HuggingFaceDirectory directory, Listener listener) {
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
      MlcConversion.Result result =
          MlcConversion.convert(
              checkpoint,
              names.storedParameters(resolved),
              new ChatConfig(names.modelType(), names.modelConfig(resolved), template),
              new MlcConversion.Options(scheme, rounding, dialect),
              output,
              listener::parameter);
      result.warnings().forEach(warning);
      return result.summary();
    }
  }
}
