package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Instruction.Gate;
import io.github.nonplus.program.Instruction.MatMul;
import io.github.nonplus.program.Instruction.Rotate;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What one kernel computes: an instruction; or a product together with what is done with its sums
/// while they are in registers: the gate of its two halves, or the rotation of its first heads.
///
/// @param index of the first of its instructions in the program
/// @param gate null if there is none
/// @param rotations of heads that lie side by side from the first column on
record Operation(int index, Instruction instruction, Gate gate, List<Rotate> rotations) {
  /// Elements of a head of which whole ones make a tile of a product.
  private static final Set<Integer> ROTATED_HEADS = Set.of(32, 64, 128, 256);

  static List<Operation> of(Program program) {
    List<Instruction> instructions = program.instructions();
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < instructions.size(); ) {
      Operation operation = at(instructions, i);
      operations.add(operation);
      i = operation.lastIndex() + 1;
    }
    return operations;
  }

  private static Operation at(List<Instruction> instructions, int index) {
    Instruction instruction = instructions.get(index);
    if (!(instruction instanceof MatMul matmul) || matmul.residual() != null) {
      return new Operation(index, instruction, null, List.of());
    }
    if (index + 1 < instructions.size()
        && instructions.get(index + 1) instanceof Gate gate
        && gate.gates(matmul)
        && matmul.parts().stream().allMatch(part -> part.bias() == null)) {
      return new Operation(index, matmul, gate, List.of());
    }
    List<Rotate> rotations = new ArrayList<>();
    int column = 0;
    for (int i = index + 1; i < instructions.size(); i++) {
      if (!(instructions.get(i) instanceof Rotate rotate)
          || !ROTATED_HEADS.contains(rotate.headSize())
          || !rotate.vector().buffer().equals(matmul.output())
          || rotate.vector().column() != column
          || !rotations.isEmpty() && !alike(rotations.getFirst(), rotate)) {
        break;
      }
      rotations.add(rotate);
      column += rotate.vector().width();
    }
    return new Operation(index, matmul, null, List.copyOf(rotations));
  }

  private static boolean alike(Rotate one, Rotate other) {
    return one.headSize() == other.headSize() && one.rotation().equals(other.rotation());
  }

  /// Index of the last of its instructions in the program.
  int lastIndex() {
    return index + (gate == null ? 0 : 1) + rotations.size();
  }

  /// The last of its instructions.
  Instruction last() {
    return gate != null ? gate : rotations.isEmpty() ? instruction : rotations.getLast();
  }

  /// Columns that are rotated.
  int rotated() {
    return rotations.stream().mapToInt(rotate -> rotate.vector().width()).sum();
  }

  List<View> inputs() {
    return instruction.inputs();
  }

  /// The buffer that it writes anew.
  Optional<Buffer> result() {
    return gate != null ? gate.result() : instruction.result();
  }

  /// The residual that it adds to, null if there is none.
  Buffer residual() {
    return instruction instanceof MatMul matmul && matmul.residual() != null
        ? matmul.residual().buffer()
        : null;
  }
}
