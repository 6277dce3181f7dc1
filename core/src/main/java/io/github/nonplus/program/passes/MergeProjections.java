package io.github.nonplus.program.passes;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Instruction.MatMul;
import io.github.nonplus.program.Linear;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Products of the same input that stand side by side become one (q, k and v; gate and up): the
/// input is read once, and there are fewer, larger products. Readers of the old buffers read their
/// columns of the new one.
final class MergeProjections implements Pass {
  @Override
  public String name() {
    return "merge-projections";
  }

  @Override
  public Program apply(Program program) {
    List<Instruction> merged = new ArrayList<>();
    Map<Buffer, View> moved = new HashMap<>();
    List<Instruction> instructions = program.instructions();
    for (int i = 0; i < instructions.size(); ) {
      List<MatMul> run = run(instructions, i);
      if (run.size() > 1) {
        merged.add(merge(run, moved).withInputs(view -> resolve(view, moved)));
        i += run.size();
      } else {
        merged.add(instructions.get(i).withInputs(view -> resolve(view, moved)));
        i++;
      }
    }
    return new Program(merged);
  }

  /// The products from `start` on that read the same view and add nothing.
  private static List<MatMul> run(List<Instruction> instructions, int start) {
    List<MatMul> run = new ArrayList<>();
    for (int i = start; i < instructions.size(); i++) {
      boolean joins =
          instructions.get(i) instanceof MatMul matmul
              && matmul.residual() == null
              && (run.isEmpty() || matmul.input().equals(run.getFirst().input()));
      if (!joins) {
        break;
      }
      run.add((MatMul) instructions.get(i));
    }
    return run;
  }

  private static MatMul merge(List<MatMul> run, Map<Buffer, View> moved) {
    List<Linear> parts = run.stream().flatMap(matmul -> matmul.parts().stream()).toList();
    String name =
        run.stream().map(matmul -> matmul.output().name()).collect(Collectors.joining("+"));
    int width = run.stream().mapToInt(matmul -> matmul.output().width()).sum();
    Buffer output = new Buffer(name, run.getFirst().output().rows(), width);
    int column = 0;
    for (MatMul matmul : run) {
      moved.put(matmul.output(), new View(output, column, matmul.output().width()));
      column += matmul.output().width();
    }
    return new MatMul(run.getFirst().input(), parts, null, output);
  }

  private static View resolve(View view, Map<Buffer, View> moved) {
    View home = moved.get(view.buffer());
    return home == null
        ? view
        : new View(home.buffer(), home.column() + view.column(), view.width());
  }
}
