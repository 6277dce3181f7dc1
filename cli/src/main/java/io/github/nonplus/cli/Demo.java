package io.github.nonplus.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.corpus.ShippedText;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.IndentedJson;
import io.github.nonplus.files.Reason;
import io.github.nonplus.reference.pytorch.Libtorch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `nonplus demo`: the whole job on the model and the text that come with the project.
@Command(
    name = "demo",
    description = {
      "Runs the whole job on a small model and text that come with Nonplus: compiles, converts,"
          + " cuts a text into windows and scores them, in float16 and in 4 bits, and then with"
          + " PyTorch.",
      "",
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  nonplus demo"})
final class Demo implements Callable<Integer> {
  private static final String SCHEME = "q4f16_0";

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where to write what the steps make. Default: dist/demo beside the launcher.")
  @Writes(Writes.Form.FOLDER)
  Path output;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    Path home = fromHere(Path.of(System.getProperty(ShippedText.HOME, ".")));
    Path model = home.resolve("examples/novella-6m");
    Path text = home.resolve("examples/hound-excerpt.txt");
    if (!Files.isDirectory(model) || !Files.isRegularFile(text)) {
      throw new CorpusException(
          "the examples are not where they belong, %s; run the demo with ./nonplus from a clone"
              .formatted(home.resolve("examples").toAbsolutePath()));
    }
    Path made = directory(output == null ? home.resolve("dist/demo") : output);
    String windows = made.resolve("hound.windows.txt").toString();
    String library = made.resolve("novella-" + SCHEME + ".lib").toString();
    String weights = made.resolve("novella-" + SCHEME).toString();

    say("1. Compile the model for this machine's processors");
    show(
        "compile",
        model.toString(),
        "--quantization",
        SCHEME,
        "--device",
        "cpu",
        "--perplexity",
        "--output",
        library);
    say("   and quantize its weights");
    show("convert-weight", model.toString(), "--quantization", SCHEME, "--output", weights);
    say("2. Cut a text into windows of token ids");
    show(
        "preprocess-input",
        "--model-path",
        model.toString(),
        "--input",
        text.toString(),
        "--destination",
        windows);
    say("3. Score them with the weights as they are, in float16");
    JsonNode source =
        score(
            "calculate-perplexity",
            "--model",
            model.toString(),
            "--device",
            "cpu",
            "--input-path",
            windows,
            "--json");
    say("4. Score them with the quantized weights");
    JsonNode quantized =
        score(
            "calculate-perplexity",
            "--model",
            weights,
            "--model-lib",
            library,
            "--device",
            "cpu",
            "--input-path",
            windows,
            "--json");
    say("5. Score them with PyTorch, an independent check: full precision and 4 bits");
    Optional<String> absence = Libtorch.absence();
    absence.ifPresent(why -> say("%s", "Left out: " + why + ".\n"));
    Optional<JsonNode> pytorch =
        absence.isPresent()
            ? Optional.empty()
            : Optional.of(
                score(
                    "hf-calculate-perplexity",
                    "--model-path",
                    model.toString(),
                    "--input-path",
                    windows,
                    "--json"));
    table(source, quantized, pytorch);
    return 0;
  }

  /// The same place as one would type it in the current directory.
  private static Path fromHere(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(here) ? here.relativize(absolute) : path;
  }

  private static Path directory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new OutputException(
          "%s cannot be made a directory: %s; name another one".formatted(path, Reason.of(e)), e);
    }
  }

  private void show(String... arguments) {
    announce(arguments);
    run(out(), arguments);
    say("");
  }

  private JsonNode score(String... arguments) {
    announce(arguments);
    StringWriter json = new StringWriter();
    run(new PrintWriter(json), arguments);
    try {
      JsonNode result = new ObjectMapper().readTree(json.toString());
      for (JsonNode each : result.isArray() ? result : List.of(result)) {
        say(
            "perplexity %.4f, standard error %.4f, and %d more lines of JSON",
            each.get("perplexity").asDouble(),
            each.get("standard_error").asDouble(),
            IndentedJson.of(each).lines().count() - 2);
      }
      say("");
      return result;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void announce(String... arguments) {
    say(
        "%s",
        "$ "
            + System.getProperty("nonplus.program", "nonplus")
            + " "
            + String.join(" ", arguments));
    out().flush();
  }

  private void run(PrintWriter to, String... arguments) {
    int code = Main.run(to, spec.commandLine().getErr(), arguments);
    if (code != 0) {
      throw new OutputException("the demo stopped, because the step above failed");
    }
  }

  private void table(JsonNode source, JsonNode quantized, Optional<JsonNode> pytorch) {
    double before = source.get("perplexity").asDouble();
    double after = quantized.get("perplexity").asDouble();
    say(
        "%-18s %12s %12s %18s %12s",
        "", "perplexity", "difference", "bytes of weights", "tokens/s");
    row("Nonplus, float16", source, before);
    row("Nonplus, " + SCHEME, quantized, before);
    pytorch.ifPresent(
        both -> {
          row("PyTorch, float32", both.get(0), before);
          row("PyTorch, fp4", both.get(1), before);
        });
    say("");
    say(
        "Quantization costs %.2f %% of perplexity and saves %.0f %% of the bytes.",
        100 * (after / before - 1), 100 * (1 - bytes(quantized) / (double) bytes(source)));
    pytorch.ifPresent(
        both ->
            say(
                "PyTorch, which shares no model code with Nonplus, differs by %.1e of the full precision's.",
                Math.abs(both.get(0).get("perplexity").asDouble() / before - 1)));
  }

  /// @param before the perplexity of the first row, from which differences count
  private void row(String name, JsonNode result, double before) {
    double perplexity = result.get("perplexity").asDouble();
    String difference =
        perplexity == before ? "" : String.format(Locale.ROOT, "%+.4f", perplexity - before);
    say(
        "%-18s %12.4f %12s %,18d %12.0f",
        name,
        perplexity,
        difference,
        bytes(result),
        result.get("execution").get("tokens_per_second").asDouble());
  }

  private static long bytes(JsonNode result) {
    return result.get("model").get("weight_bytes").asLong();
  }

  private void say(String format, Object... values) {
    out().println(String.format(Locale.ROOT, format, values));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
