package io.github.nonplus.library;

import io.github.nonplus.failure.CompileException;
import io.github.nonplus.model.interpretation.Interpretation;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.weights.MatrixForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// A compiled model: its functions for one device, and what they were compiled from.
///
/// @param compiler the version of Nonplus that compiled it
/// @param device the device name it was compiled for
/// @param quantization the scheme of the weights it expects, or `source` for an unquantized
///   checkpoint
/// @param model the facts of the model, in order
/// @param contextWindow the longest window it accepts, in tokens
/// @param prefillChunk the most tokens in one batch, unless a single window is longer
/// @param functions by name: `prefill` always, `score` if it was compiled with `--perplexity`
/// @param formats in which each matrix may be stored, by its parameter's name; empty if that does
///   not matter
/// @param code the device's kernels, if it needs any
public record ModelLibrary(
    String compiler,
    String device,
    String quantization,
    Map<String, String> model,
    int contextWindow,
    int prefillChunk,
    Map<String, Function> functions,
    Map<String, List<String>> formats,
    DeviceCode code) {
  /// The quantization name of a checkpoint in its source precision.
  public static final String SOURCE_PRECISION = "source";

  public static final String SCORE = "score";
  public static final String PREFILL = "prefill";

  public ModelLibrary {
    model = new LinkedHashMap<>(model);
    functions = new LinkedHashMap<>(functions);
    formats = new TreeMap<>(formats);
    Objects.requireNonNull(compiler, "compiler");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(quantization, "quantization");
    Objects.requireNonNull(code, "code");
    if (contextWindow < 1 || prefillChunk < 1) {
      throw new IllegalArgumentException(
          "a context window of %d, a prefill chunk of %d".formatted(contextWindow, prefillChunk));
    }
    if (!functions.containsKey(PREFILL)) {
      throw new IllegalArgumentException("there is no function '%s'".formatted(PREFILL));
    }
    functions.forEach(ModelLibrary::requireForm);
    for (Function function : functions.values()) {
      if (contextWindow > function.program().longestWindow()) {
        throw new IllegalArgumentException(
            "a context window of %d, positions for %d"
                .formatted(contextWindow, function.program().longestWindow()));
      }
    }
  }

  /// A function begins with the embedding of tokens and ends in something for each of these tokens.
  private static void requireForm(String name, Function function) {
    List<Operation> operations = function.program().operations();
    Operation last = operations.getLast();
    int outputs =
        switch (name) {
          case SCORE -> last instanceof Score score ? score.head().weight().outputs() : 0;
          case PREFILL -> last.result().map(Buffer::width).orElse(0);
          default ->
              throw new IllegalArgumentException("a function of the name '%s'".formatted(name));
        };
    if (!(operations.getFirst() instanceof Embed embed) || outputs < embed.table().outputs()) {
      throw new IllegalArgumentException(
          "the function '%s' does not lead from the embedding to the vocabulary".formatted(name));
    }
  }

  /// The same with kernels for weights in those forms.
  public ModelLibrary with(Map<String, List<MatrixForm>> forms, DeviceCode kernels) {
    return new ModelLibrary(
        compiler,
        device,
        quantization,
        model,
        contextWindow,
        prefillChunk,
        functions,
        names(forms),
        kernels);
  }

  private static Map<String, List<String>> names(Map<String, List<MatrixForm>> forms) {
    Map<String, List<String>> names = new TreeMap<>();
    forms.forEach(
        (parameter, all) ->
            names.put(parameter, all.stream().map(form -> form.format().name()).toList()));
    return names;
  }

  /// Refuses weights one of which is stored otherwise than the library was compiled for.
  ///
  /// @param name of the library, for the message
  /// @param weightsName of the weights, for the message
  public void requireFormats(String name, String weightsName, Map<String, List<MatrixForm>> forms) {
    names(forms)
        .forEach(
            (parameter, stored) -> {
              List<String> compiled = formats.getOrDefault(parameter, stored);
              if (!compiled.containsAll(stored)) {
                throw new CompileException(
                    "%s was compiled for '%s' in %s, but %s holds it in %s; compile it for those weights"
                        .formatted(
                            name,
                            parameter,
                            String.join(" or ", compiled),
                            weightsName,
                            String.join(" or ", stored)));
              }
            });
  }

  /// The function that scores windows.
  public Function score(String name) {
    Function score = functions.get(SCORE);
    if (score == null) {
      throw new CompileException(
          name
              + ": the library has no function 'score', because it was compiled without"
              + " --perplexity; compile it again with --perplexity");
    }
    return score;
  }

  /// Refuses weights that the library was not compiled for.
  ///
  /// @param name of the library, for the message
  /// @param weightsName of the weights, for the message
  public void requireModel(
      String name, String weightsName, Map<String, String> facts, String weightsQuantization) {
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      if (fact.getKey().equals(Interpretation.FACT)) {
        continue; // said below
      }
      String compiled = model.get(fact.getKey());
      if (!fact.getValue().equals(compiled)) {
        throw new CompileException(
            "%s was compiled for another model than %s: %s is %s in the library, %s in the model;"
                    .formatted(name, weightsName, fact.getKey(), compiled, fact.getValue())
                + " compile this model");
      }
    }
    if (weightsQuantization.equals(SOURCE_PRECISION) && !quantization.equals(SOURCE_PRECISION)) {
      throw new CompileException(
          "%s was compiled for weights in %s, but %s is a checkpoint in its own precision;"
                  .formatted(name, quantization, weightsName)
              + " give converted weights, or leave --model-lib out");
    }
    if (!quantization.equals(weightsQuantization)) {
      throw new CompileException(
          "%s was compiled for weights in %s, but %s holds weights in %s; compile it for those"
              .formatted(name, quantization, weightsName, weightsQuantization));
    }
    String compiledAs = model.getOrDefault(Interpretation.FACT, Interpretation.SOURCE);
    if (!compiledAs.equals(facts.getOrDefault(Interpretation.FACT, Interpretation.SOURCE))) {
      throw new CompileException(
          "%s was compiled of %s as %s; evaluate it with --as %s, or compile it again"
              .formatted(name, weightsName, compiledAs, compiledAs));
    }
  }
}
