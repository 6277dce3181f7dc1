package io.github.nonplus.cli;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.reference.Precision;
import io.github.nonplus.reference.ReferenceEngine;
import io.github.nonplus.reference.ReferenceRequest;
import io.github.nonplus.reference.ReferenceRun;
import io.github.nonplus.reference.Variant;
import io.github.nonplus.reference.WindowRange;
import io.github.nonplus.reference.pytorch.PyTorchEngine;
import io.github.nonplus.reference.transformers.PythonSetup;
import io.github.nonplus.reference.transformers.TransformersEngine;
import io.github.nonplus.report.ResultText;
import io.github.nonplus.report.ScoreFiles;
import io.github.nonplus.report.ScoreLines;
import io.github.nonplus.report.VariantTable;
import io.github.nonplus.report.record.ResultJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `nonplus hf-calculate-perplexity`: the same windows through PyTorch.
@Command(
    name = "hf-calculate-perplexity",
    description = {
      "Scores the same windows with PyTorch: an independent check of calculate-perplexity, which"
          + " shares no model code with it.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus hf-calculate-perplexity --model-path examples/novella-6m \\",
      "      --input-path dist/hound.windows",
    })
final class HfCalculatePerplexity implements Callable<Integer> {
  private static final int MOST_THREADS = 1024;

  @Option(
      names = "--input-path",
      paramLabel = "FILE",
      description = "The file of windows that preprocess-input wrote.")
  @Reads
  Path input;

  @Option(names = "--model-path", paramLabel = "DIR", description = "A Hugging Face model.")
  @Reads
  Path model;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      split = ",",
      description =
          "float32, float64, bfloat16, or bitsandbytes' fp4 or nf4, computed in float32; several,"
              + " with commas between them, are compared. Default: float32,fp4, which is what"
              + " transformers computes by default and with load_in_4bit=True.")
  List<String> precisions = List.of("float32", "fp4");

  @Option(
      names = "--double-quant",
      description = "Quantize the block maxima of fp4 or nf4 as well.")
  boolean doubleQuantized;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "pytorch (the default): libtorch inside this process. transformers: transformers and"
              + " bitsandbytes in a Python of yours.")
  String engine = "pytorch";

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description =
          "The Python of --engine transformers. Default: the one that --install set up, or the first"
              + " on the PATH.")
  String python;

  @Option(
      names = "--install",
      description =
          "Set up a Python for --engine transformers in the user's cache, with the packages that it"
              + " needs (several GB), from --python or the first on the PATH. Needs no windows.")
  boolean install;

  @Option(
      names = "--windows",
      paramLabel = "A..B",
      description = "Only windows A to B, counted from 1. Default: all.")
  String windows;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compute with. Default: one a processor.")
  Integer threads;

  @Option(
      names = "--json",
      description =
          "Print the whole result as JSON, and nothing else: an object, or an array of them where"
              + " there are several precisions.")
  boolean json;

  @Option(
      names = "--per-window",
      paramLabel = "FILE",
      description = "Write every window's values to a file, separated by tabs. One precision only.")
  @Writes(Writes.Form.FILE)
  Path perWindow;

  @Option(
      names = "--per-token",
      paramLabel = "FILE",
      description = "Write every scored token's value to a file, separated by tabs, likewise.")
  @Writes(Writes.Form.FILE)
  Path perToken;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "Write the result, every window's ids and losses and the text of the ids to a file, from"
              + " which compare works without the model. One precision only.")
  @Writes(Writes.Form.FILE)
  Path record;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (install && engine.equals("pytorch") && input != null) {
      throw misused("--install is for --engine transformers; the engine pytorch needs no Python");
    }
    if (install && input == null && model == null) {
      install();
      return 0;
    }
    requireWindowsAndModel();
    List<Variant> variants = variants();
    requireOneForFiles(variants);
    if (install) {
      install();
    }
    ReferenceRequest request =
        new ReferenceRequest(model, input, range(), variants, engine(), requestedThreads());
    List<Result> results;
    try (ScoreFiles files =
            new ScoreFiles(
                Optional.ofNullable(perWindow),
                Optional.ofNullable(perToken),
                Optional.ofNullable(record),
                model,
                input);
        Display display = new Display(files)) {
      results = ReferenceRun.of(request, display);
      files.commit(results.getFirst());
    }
    print(results, variants);
    return 0;
  }

  private void requireWindowsAndModel() {
    if (input == null || model == null) {
      throw misused(
          "Missing required option%s: %s%s%s",
          input == null && model == null ? "s" : "",
          input == null ? "'--input-path=FILE'" : "",
          input == null && model == null ? ", " : "",
          model == null ? "'--model-path=DIR'" : "");
    }
  }

  private void install() {
    try (InstallDisplay display = new InstallDisplay(spec.commandLine().getErr())) {
      PythonSetup.ofUser().install(Optional.ofNullable(python), display::note, display);
    }
  }

  private ReferenceEngine engine() {
    return switch (engine) {
      case "pytorch" -> {
        if (python != null) {
          throw misused("--python is for --engine transformers; the engine pytorch needs none");
        }
        yield new PyTorchEngine();
      }
      case "transformers" ->
          new TransformersEngine(install ? Optional.empty() : Optional.ofNullable(python));
      default -> throw misused("--engine is '%s', expected pytorch or transformers", engine);
    };
  }

  private Optional<WindowRange> range() {
    if (windows == null) {
      return Optional.empty();
    }
    if (record != null) {
      throw misused("--record holds all windows; leave out --windows");
    }
    return Optional.of(
        WindowRange.parse(windows)
            .orElseThrow(
                () ->
                    misused(
                        "--windows is '%s', expected two numbers from 1 on, such as 1..32",
                        windows)));
  }

  private List<Variant> variants() {
    List<Variant> variants = new ArrayList<>();
    for (String name : precisions) {
      Precision precision =
          Precision.named(name)
              .orElseThrow(
                  () ->
                      misused("--precision is '%s', expected one of %s", name, Precision.labels()));
      Variant variant = new Variant(precision, doubleQuantized && precision.isFourBit());
      if (variants.contains(variant)) {
        throw misused("--precision names %s twice", name);
      }
      variants.add(variant);
    }
    if (doubleQuantized && variants.stream().noneMatch(each -> each.precision().isFourBit())) {
      throw misused("--double-quant needs fp4 or nf4 among --precision");
    }
    return variants;
  }

  private void requireOneForFiles(List<Variant> variants) {
    if (variants.size() > 1 && (perWindow != null || perToken != null || record != null)) {
      throw misused(
          "--per-window, --per-token and --record hold one precision; name it with --precision");
    }
  }

  private int requestedThreads() {
    return new Usage(spec)
        .within("--threads", threads, 1, MOST_THREADS)
        .orElse(DeviceOptions.defaults().threads());
  }

  private ParameterException misused(String sentence, Object... values) {
    return new Usage(spec).error(sentence, values);
  }

  private void print(List<Result> results, List<Variant> variants) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ScreenWriter.printJson(
          out, results.size() == 1 ? ResultJson.of(results.getFirst()) : ResultJson.of(results));
      return;
    }
    for (Result result : results) {
      ResultText.of(result).forEach(out::println);
    }
    if (results.size() > 1) {
      VariantTable.of(variants.stream().map(Variant::name).toList(), results).forEach(out::println);
    }
  }

  /// Shows a run: values on standard output, how far it is on standard error.
  private final class Display implements ReferenceRun.Listener, AutoCloseable {
    private final ScoreFiles files;
    private ConsoleProgress progress;

    Display(ScoreFiles files) {
      this.files = files;
    }

    @Override
    public void note(String sentence) {
      spec.commandLine().getErr().println(sentence);
    }

    @Override
    public void begin(Variant variant) {
      close();
      progress = ConsoleProgress.on(spec.commandLine().getErr(), "windows in " + variant.name());
    }

    @Override
    public void window(Variant variant, WindowScore score, Tally tally, int first, int end) {
      files.add(score, tally);
      if (!json) {
        progress.wipe();
        spec.commandLine()
            .getOut()
            .println(variant.name() + " " + ScoreLines.of(score, tally, end));
        spec.commandLine().getOut().flush();
      }
      progress.update(
          tally.windows(),
          end - first,
          String.format(Locale.ROOT, "perplexity %.4f", tally.perplexity()));
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
        progress = null;
      }
    }
  }
}
