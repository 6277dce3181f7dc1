package io.github.nonplus.program.passes;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.View;
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
    List<Operation> merged = new ArrayList<>();
    Map<Buffer, View> moved = new HashMap<>();
    List<Operation> operations = program.operations();
    for (int i = 0; i < operations.size(); ) {
      List<MatMul> run = run(operations, i);
      if (run.size() > 1) {
        merged.add(merge(run, moved).withInputs(view -> resolve(view, moved)));
        i += run.size();
      } else {
        merged.add(operations.get(i).withInputs(view -> resolve(view, moved)));
        i++;
      }
    }
    return new Program(merged);
  }

  /// The products from `start` on that read the same view and add nothing.
  private static List<MatMul> run(List<Operation> operations, int start) {
    List<MatMul> run = new ArrayList<>();
    for (int i = start; i < operations.size(); i++) {
      boolean joins =
          operations.get(i) instanceof MatMul matmul
              && matmul.residual() == null
              && (run.isEmpty() || joins(matmul, run.getFirst()));
      if (!joins) {
        break;
      }
      run.add((MatMul) operations.get(i));
    }
    return run;
  }

  private static boolean joins(MatMul matmul, MatMul first) {
    return matmul.input().equals(first.input()) && matmul.scale() == first.scale();
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
    return new MatMul(run.getFirst().input(), parts, run.getFirst().scale(), null, output);
  }

  private static View resolve(View view, Map<Buffer, View> moved) {
    View home = moved.get(view.buffer());
    return home == null
        ? view
        : new View(home.buffer(), home.column() + view.column(), view.width());
  }
}
