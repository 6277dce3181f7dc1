package io.github.nonplus.program.passes;

import io.github.nonplus.program.Program;
import java.util.List;
import java.util.function.BiConsumer;

/// The passes, in the order in which they are applied.
public final class Passes {
  public static final List<Pass> ORDER =
      List.of(new MergeProjections(), new FuseResiduals(), new SelectEarly());

  private Passes() {}

  /// Applies all passes.
  ///
  /// @param dump is handed a name and the program before the first and after each pass
  public static Program apply(Program program, BiConsumer<String, Program> dump) {
    dump.accept("architecture", program);
    Program improved = program;
    for (Pass pass : ORDER) {
      improved = pass.apply(improved);
      dump.accept(pass.name(), improved);
    }
    return improved;
  }
}
