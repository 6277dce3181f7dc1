package io.github.nonplus.cli;

import io.github.nonplus.checkpoint.GgufExport;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.Scratch;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.mlc.MlcFacts;
import io.github.nonplus.model.mlc.MlcForm;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.quantization.Rounding;
import io.github.nonplus.report.Count;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.Dialect;
import io.github.nonplus.weights.mlc.MlcConversion;
import io.github.nonplus.weights.mlc.MlcSummary;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus convert-weight`: from a checkpoint to MLC's weight directory.
@Command(
    name = "convert-weight",
    description = {
      "Quantizes a Hugging Face checkpoint into MLC LLM's weight directory, bit for bit as MLC LLM"
          + " does, with mlc-chat-config.json and the tokenizer's files.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus convert-weight examples/novella-6m --quantization q4f16_0 \\",
      "      --output dist/novella-q4f16_0",
    })
final class ConvertWeight implements Callable<Integer> {
  /// Whose directory it is to be.
  enum Form {
    upstream,
    qualcomm
  }

  /// What happens to a weight halfway between two codes.
  enum Ties {
    even,
    away
  }

  @Parameters(
      paramLabel = "HF_MODEL",
      description = "The directory of a Hugging Face model, or a GGUF file.")
  @Reads
  Path model;

  @Option(
      names = "--quantization",
      required = true,
      paramLabel = "SCHEME",
      completionCandidates = Names.OfSchemes.class,
      description = "${COMPLETION-CANDIDATES}.")
  String quantization;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The directory to make; one of an earlier conversion is replaced.")
  @Writes(Writes.Form.WHOLE_FOLDER)
  Path output;

  @Option(
      names = "--mlc-form",
      defaultValue = "upstream",
      paramLabel = "FORM",
      description =
          "upstream: as current MLC LLM reads it (tensor-cache.json). qualcomm: as Qualcomm's fork"
              + " reads it (ndarray-cache.json). Default: upstream.")
  Form form;

  @Option(
      names = "--round-ties",
      defaultValue = "even",
      paramLabel = "TO",
      description =
          "even: as MLC LLM on current TVM. away: away from zero, as on TVM before April 2026 on a"
              + " CPU, Qualcomm's fork among them. Default: even.")
  Ties ties;

  @Option(
      names = "--conv-template",
      defaultValue = "LM",
      paramLabel = "NAME",
      description = "The conversation template of mlc-chat-config.json: LM, llama-2. Default: LM.")
  String template;

  @Option(
      names = "--requantize",
      description =
          "Take a GGUF file whose weights are quantized already: what is made of it is quantized"
              + " twice, and the result says so.")
  boolean requantize;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    Quantization scheme = Quantization.named(quantization);
    Optional<Path> gguf = GgufExport.file(model);
    if (gguf.isPresent()) {
      exported(scheme, gguf.get());
    } else {
      convert(scheme, HuggingFaceDirectory.read(model).requireUnquantized(scheme));
    }
    return 0;
  }

  /// By way of a directory of its decoded weights.
  private void exported(Quantization scheme, Path file) {
    Optional<String> quantized = GgufExport.quantized(file);
    if (quantized.isPresent() && !requantize) {
      throw new ModelException(quantized.get() + "; give the original one, or add --requantize");
    }
    quantized.ifPresent(this::warn);
    try (Scratch scratch = Scratch.open()) {
      Path directory = scratch.resolve("model");
      GgufExport.write(file, directory);
      convert(scheme, HuggingFaceDirectory.read(directory));
    }
  }

  private void convert(Quantization scheme, HuggingFaceDirectory directory) {
    // A checkpoint that is not understood is refused at once.
    try (SafetensorsCheckpoint checkpoint = directory.openCheckpoint()) {
      convert(scheme, directory.model(), checkpoint);
    }
  }

  private void convert(
      Quantization scheme, FamilyModel resolved, SafetensorsCheckpoint checkpoint) {
    MlcForm names = MlcForms.named(resolved.modelType(), model.toString());
    MlcConversion.Options options =
        new MlcConversion.Options(
            scheme,
            switch (ties) {
              case even -> Rounding.TIES_TO_EVEN;
              case away -> Rounding.TIES_AWAY;
            },
            switch (form) {
              case upstream -> Dialect.UPSTREAM;
              case qualcomm -> Dialect.QUALCOMM;
            });
    MlcFacts.lost(resolved).forEach(this::warn);
    for (Difference difference : names.differences(names.stored(resolved))) {
      warn("MLC LLM's own %s %s".formatted(names.modelType(), difference.words()));
    }
    names
        .refusal(resolved)
        .ifPresent(
            reason ->
                warn(
                    "MLC LLM's own %s cannot be this model: %s"
                        .formatted(names.modelType(), reason)));
    MlcConversion.Result result;
    try (ConsoleProgress progress = ConsoleProgress.on(spec.commandLine().getErr(), "parameters")) {
      result =
          MlcConversion.convert(
              checkpoint,
              names.storedParameters(resolved),
              new ChatConfig(resolved.modelType(), names.modelConfig(resolved), template),
              options,
              output,
              (number, of, name) -> progress.update(number, of, name));
    }
    result.warnings().forEach(this::warn);
    report(result.summary());
  }

  private void report(MlcSummary summary) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        String.format(
            Locale.ROOT,
            "Weights:  %s, %s in %s, %,d bytes%s",
            summary.quantization(),
            Count.of(summary.tensors(), "tensor"),
            Count.of(summary.shards(), "shard"),
            summary.bytes(),
            summary.bitsPerParameter().isPresent()
                ? String.format(
                    Locale.ROOT,
                    ", %.3f bits a parameter",
                    summary.bitsPerParameter().getAsDouble())
                : ""));
    out.println("Written:  " + output);
  }

  private void warn(String sentence) {
    spec.commandLine().getErr().println("Warning: " + sentence);
  }
}
