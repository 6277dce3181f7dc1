package io.github.nonplus.library;

import io.github.nonplus.failure.CompileException;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.passes.Passes;
import io.github.nonplus.version.Version;
import io.github.nonplus.weights.MatrixForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// From model to library: the architecture's program, the passes, the memory plan.
public final class Compiler {
  /// Tokens of a batch where nobody says otherwise: enough rows to keep every product busy, few
  /// enough that the arena stays small beside the weights.
  private static final int DEFAULT_PREFILL_CHUNK = 2048;

  private static final int LONGEST_CONTEXT = 1 << 24;

  private Compiler() {}

  /// Is told what the program looks like on its way.
  @FunctionalInterface
  public interface Dump {
    /// @param function `score` or `prefill`
    /// @param step a number and a name: `0-architecture`, …
    /// @param text made when it is asked for, because mostly nobody does
    void accept(String function, String step, Supplier<String> text);
  }

  /// @param quantization name of the scheme, or [ModelLibrary#SOURCE_PRECISION]
  public static ModelLibrary compile(
      Model model, String quantization, String device, CompileOptions options, Dump dump) {
    int contextWindow =
        options
            .contextWindow()
            .orElse(Math.min(model.contextWindow(), model.limit().orElse(Integer.MAX_VALUE)));
    if (contextWindow > model.limit().orElse(Integer.MAX_VALUE) && model.longer().isPresent()) {
      return compile(model.longer().get(), quantization, device, options, dump);
    }
    int prefillChunk = options.prefillChunk().orElse(DEFAULT_PREFILL_CHUNK);
    Map<String, Function> functions = new LinkedHashMap<>();
    functions.put(ModelLibrary.PREFILL, function(model, Output.LOGITS, ModelLibrary.PREFILL, dump));
    if (options.perplexity()) {
      functions.put(ModelLibrary.SCORE, function(model, Output.SCORE, ModelLibrary.SCORE, dump));
    }
    if (contextWindow > LONGEST_CONTEXT) {
      throw new CompileException(
          ("a context window of %d is beyond any; give --overrides context_window_size a number of at"
                  + " most %d")
              .formatted(contextWindow, LONGEST_CONTEXT));
    }
    functions.values().forEach(function -> requirePositions(function, contextWindow));
    if (contextWindow > model.limit().orElse(Integer.MAX_VALUE)) {
      throw new CompileException(
          "a context window of %d is longer than %d, up to which it is known what this model computes; give at most %d"
              .formatted(contextWindow, model.limit().getAsInt(), model.limit().getAsInt()));
    }
    return new ModelLibrary(
        Version.number(),
        device,
        quantization,
        model.facts(),
        contextWindow,
        prefillChunk,
        functions,
        Map.of(),
        DeviceCode.NONE);
  }

  private static void requirePositions(Function function, int contextWindow) {
    int positions = function.program().longestWindow();
    if (contextWindow > positions) {
      throw new CompileException(
          "a context window of %d is longer than the %d positions that the model has learnt; give at most %d"
              .formatted(contextWindow, positions, positions));
    }
  }

  /// The same with the kernels that the device needs for weights that are stored in certain forms.
  ///
  /// @param quantization what results call it
  /// @param forms in which each matrix may be stored, by its parameter's name
  public static ModelLibrary compile(
      Model model,
      String quantization,
      Map<String, List<MatrixForm>> forms,
      String device,
      Optional<String> kernels,
      CompileOptions options,
      CodeSource devices,
      Dump dump) {
    ModelLibrary library = compile(model, quantization, device, options, dump);
    List<Program> programs = library.functions().values().stream().map(Function::program).toList();
    return library.with(forms, devices.code(device, kernels, programs, forms));
  }

  private static Function function(Model model, Output output, String name, Dump dump) {
    int[] step = {0};
    var improved =
        Passes.apply(
            model.program(output),
            (pass, program) -> dump.accept(name, step[0]++ + "-" + pass, program::text));
    Function function = Function.of(improved);
    dump.accept(name, step[0] + "-memory-plan", function.plan()::text);
    return function;
  }
}
