package io.github.nonplus.library;

import java.util.Set;

/// MLC LLM's `--opt`: a level, or switches of single optimizations. All of them concern what MLC's
/// CUDA libraries compute; none exists here, and every pass here keeps the numbers, so a request is
/// checked for sense and changes nothing.
public final class OptimizationLevel {
  private static final Set<String> SWITCHES =
      Set.of("flashinfer", "cublas_gemm", "faster_transformer", "cudagraph", "cutlass");

  private OptimizationLevel() {}

  /// Refuses what MLC LLM would not understand either.
  ///
  /// @throws IllegalArgumentException whose message says what
  public static void check(String request) {
    if (request.matches("O[0-3]")) {
      return;
    }
    for (String part : request.split(";", -1)) {
      String[] nameAndValue = part.split("=", -1);
      boolean isSwitch =
          nameAndValue.length == 2
              && SWITCHES.contains(nameAndValue[0])
              && nameAndValue[1].matches("[01]");
      boolean isStrategy =
          nameAndValue.length == 2
              && nameAndValue[0].equals("ipc_allreduce_strategy")
              && nameAndValue[1].matches("NONE|ONESHOT|TWOSHOT|AUTO");
      if (!isSwitch && !isStrategy) {
        throw new IllegalArgumentException(
            "--opt: '%s' is not understood; use O0, O1, O2, O3 or switches such as cutlass=1;cudagraph=0"
                .formatted(part));
      }
    }
  }
}
