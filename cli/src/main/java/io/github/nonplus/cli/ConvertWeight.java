package io.github.nonplus.cli;

import io.github.nonplus.checkpoint.WeightConversion;
import io.github.nonplus.quantization.Rounding;
import io.github.nonplus.report.Count;
import io.github.nonplus.weights.mlc.Dialect;
import io.github.nonplus.weights.mlc.MlcSummary;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
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
      completionCandidates = Names.OfComputedSchemes.class,
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
          "Take weights that are quantized already: what is made of them is quantized"
              + " twice, and the result says so.")
  boolean requantize;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    WeightConversion conversion =
        new WeightConversion(
            model,
            quantization,
            switch (ties) {
              case even -> Rounding.TIES_TO_EVEN;
              case away -> Rounding.TIES_AWAY;
            },
            switch (form) {
              case upstream -> Dialect.UPSTREAM;
              case qualcomm -> Dialect.QUALCOMM;
            },
            template,
            requantize,
            output);
    MlcSummary summary;
    try (Display display = new Display(spec.commandLine().getErr())) {
      summary = conversion.run(display);
    }
    report(summary);
    return 0;
  }

  /// Shows how far it is; what is to be known comes before or after that, never into it.
  private record Display(PrintWriter err, ConsoleProgress progress)
      implements WeightConversion.Listener, AutoCloseable {
    Display(PrintWriter err) {
      this(err, ConsoleProgress.on(err, "parameters"));
    }

    @Override
    public void warning(String sentence) {
      progress.wipe();
      err.println("Warning: " + sentence);
    }

    @Override
    public void parameter(int number, int of, String name) {
      progress.update(number, of, name);
    }

    @Override
    public void close() {
      progress.close();
    }
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
}
