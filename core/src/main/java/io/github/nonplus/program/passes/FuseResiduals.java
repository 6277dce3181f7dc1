package io.github.nonplus.program.passes;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Instruction.Add;
import io.github.nonplus.program.Instruction.MatMul;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `y = x · wᵀ; z = r + y` becomes one product that adds `r` as it stores, where nothing else reads
/// `y`.
final class FuseResiduals implements Pass {
  @Override
  public String name() {
    return "fuse-residuals";
  }

  @Override
  public Program apply(Program program) {
    Map<Buffer, Integer> readers = new HashMap<>();
    for (Instruction instruction : program.instructions()) {
      instruction.inputs().forEach(view -> readers.merge(view.buffer(), 1, Integer::sum));
    }
    List<Instruction> fused = new ArrayList<>();
    for (Instruction instruction : program.instructions()) {
      if (instruction instanceof Add(View residual, View sum, Buffer output)
          && fused.getLast() instanceof MatMul matmul
          && matmul.residual() == null
          && sum.equals(matmul.output().view())
          && readers.get(matmul.output()) == 1) {
        fused.removeLast();
        fused.add(new MatMul(matmul.input(), matmul.parts(), residual, output));
      } else {
        fused.add(instruction);
      }
    }
    return new Program(fused);
  }
}
