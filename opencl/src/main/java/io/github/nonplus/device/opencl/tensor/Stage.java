package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What one kernel computes: an operation; or a product together with what is done with its sums
/// while they are in registers: the gate of its two halves, or the rotation of its first heads.
///
/// @param index of the first of its operations in the program
/// @param gate null if there is none
/// @param rotations of heads that lie side by side from the first column on
record Stage(int index, Operation operation, Gate gate, List<Rotate> rotations) {
  /// Elements of a head of which whole ones make a tile of a product.
  private static final Set<Integer> ROTATED_HEADS = Set.of(32, 64, 128, 256);

  static List<Stage> of(Program program) {
    List<Operation> operations = program.operations();
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < operations.size(); ) {
      Stage stage = at(operations, i);
      stages.add(stage);
      i = stage.lastIndex() + 1;
    }
    return stages;
  }

  private static Stage at(List<Operation> operations, int index) {
    Operation operation = operations.get(index);
    if (!(operation instanceof MatMul matmul) || matmul.residual() != null) {
      return new Stage(index, operation, null, List.of());
    }
    if (index + 1 < operations.size()
        && operations.get(index + 1) instanceof Gate gate
        && gate.gates(matmul)
        && matmul.parts().stream().allMatch(part -> part.bias() == null)) {
      return new Stage(index, matmul, gate, List.of());
    }
    List<Rotate> rotations = new ArrayList<>();
    int column = 0;
    for (int i = index + 1; i < operations.size(); i++) {
      if (!(operations.get(i) instanceof Rotate rotate)
          || !ROTATED_HEADS.contains(rotate.headSize())
          || !rotate.vector().buffer().equals(matmul.output())
          || rotate.vector().column() != column
          || !rotations.isEmpty() && !alike(rotations.getFirst(), rotate)) {
        break;
      }
      rotations.add(rotate);
      column += rotate.vector().width();
    }
    return new Stage(index, matmul, null, List.copyOf(rotations));
  }

  private static boolean alike(Rotate one, Rotate other) {
    return one.headSize() == other.headSize() && one.rotation().equals(other.rotation());
  }

  /// Index of the last of its operations in the program.
  int lastIndex() {
    return index + (gate == null ? 0 : 1) + rotations.size();
  }

  /// The last of its operations.
  Operation last() {
    return gate != null ? gate : rotations.isEmpty() ? operation : rotations.getLast();
  }

  /// Columns that are rotated.
  int rotated() {
    return rotations.stream().mapToInt(rotate -> rotate.vector().width()).sum();
  }

  List<View> inputs() {
    return operation.inputs();
  }

  /// The buffer that it writes anew.
  Optional<Buffer> result() {
    return gate != null ? gate.result() : operation.result();
  }

  /// The residual that it adds to, null if there is none.
  Buffer residual() {
    return operation instanceof MatMul matmul && matmul.residual() != null
        ? matmul.residual().buffer()
        : null;
  }
}
