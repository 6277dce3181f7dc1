package io.github.nonplus.device.opencl.hopper;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Instruction.Gate;
import io.github.nonplus.program.Instruction.MatMul;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one kernel computes: an instruction, or the product of gate and up together with their
/// gate, whose sums then never leave the registers.
///
/// @param index of the last of its instructions in the program
/// @param gate null if it is one instruction
record Operation(int index, Instruction instruction, Gate gate) {
  static List<Operation> of(Program program) {
    List<Instruction> instructions = program.instructions();
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < instructions.size(); i++) {
      if (instructions.get(i) instanceof MatMul matmul
          && i + 1 < instructions.size()
          && instructions.get(i + 1) instanceof Gate gate
          && gates(matmul, gate)) {
        operations.add(new Operation(++i, matmul, gate));
      } else {
        operations.add(new Operation(i, instructions.get(i), null));
      }
    }
    return operations;
  }

  /// Whether a product of two parts is all that a gate reads.
  private static boolean gates(MatMul matmul, Gate gate) {
    int width = gate.output().width();
    return matmul.residual() == null
        && matmul.parts().size() == 2
        && matmul.parts().stream().allMatch(part -> part.bias() == null)
        && gate.gate().equals(new View(matmul.output(), 0, width))
        && gate.up().equals(new View(matmul.output(), width, width));
  }

  /// Index of the first of its instructions in the program.
  int first() {
    return gate == null ? index : index - 1;
  }

  /// The instruction that writes: the last one.
  Instruction last() {
    return gate == null ? instruction : gate;
  }

  List<View> inputs() {
    return instruction.inputs();
  }

  /// The buffer that it writes anew.
  Optional<Buffer> result() {
    return last().result();
  }

  /// The residual that it adds to, null if there is none.
  Buffer residual() {
    return instruction instanceof MatMul matmul && matmul.residual() != null
        ? matmul.residual().buffer()
        : null;
  }
}
