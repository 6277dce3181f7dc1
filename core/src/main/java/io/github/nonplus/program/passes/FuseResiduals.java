package io.github.nonplus.program.passes;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `y = x · wᵀ; z = r + b · y` becomes one product that adds `r` as it stores, where nothing else
/// reads `y`.
final class FuseResiduals implements Pass {
  @Override
  public String name() {
    return "fuse-residuals";
  }

  @Override
  public Program apply(Program program) {
    Map<Buffer, Integer> readers = new HashMap<>();
    for (Operation operation : program.operations()) {
      operation.inputs().forEach(view -> readers.merge(view.buffer(), 1, Integer::sum));
    }
    List<Operation> fused = new ArrayList<>();
    for (Operation operation : program.operations()) {
      if (operation instanceof Combine(View residual, double a, View sum, double b, Buffer output)
          && a == 1
          && fused.getLast() instanceof MatMul matmul
          && matmul.residual() == null
          && sum.equals(matmul.output().view())
          && readers.get(matmul.output()) == 1) {
        fused.removeLast();
        double scale = matmul.scale() * b;
        fused.add(new MatMul(matmul.input(), matmul.parts(), scale, residual, output));
      } else {
        fused.add(operation);
      }
    }
    return new Program(fused);
  }
}
