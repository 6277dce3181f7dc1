package io.github.nonplus.program.passes;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Instruction.Add;
import io.github.nonplus.program.Instruction.Attend;
import io.github.nonplus.program.Instruction.Embed;
import io.github.nonplus.program.Instruction.Gate;
import io.github.nonplus.program.Instruction.MatMul;
import io.github.nonplus.program.Instruction.Norm;
import io.github.nonplus.program.Instruction.Rotate;
import io.github.nonplus.program.Instruction.Score;
import io.github.nonplus.program.Instruction.SelectRows;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.Rows;
import io.github.nonplus.program.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Moves the selection of rows as far up as it can go: what only selected rows are read of is
/// computed for selected rows only. In a decoder that is everything after the last attention, and
/// that attention's queries.
final class SelectEarly implements Pass {
  @Override
  public String name() {
    return "select-early";
  }

  @Override
  public Program apply(Program program) {
    Set<Buffer> whole = new HashSet<>();
    Set<Buffer> selected = new HashSet<>();
    findNeeds(program, whole, selected);
    return rewrite(program, whole, selected);
  }

  /// Walks backwards: which buffers are read in whole, and of which selected rows are read.
  private static void findNeeds(Program program, Set<Buffer> whole, Set<Buffer> selected) {
    for (Instruction instruction : program.instructions().reversed()) {
      if (instruction instanceof Rotate(View vector, _, _) && selected.contains(vector.buffer())) {
        throw new IllegalStateException("rows of " + vector + " are selected after its rotation");
      }
      Set<Buffer> inputsNeeded =
          switch (instruction) {
            case SelectRows _ -> selected;
            case Embed _, Rotate _, Attend _, Score _ -> whole;
            case Norm _, MatMul _, Gate _, Add _ ->
                narrows(instruction, whole, selected) ? selected : whole;
          };
      instruction.inputs().forEach(view -> inputsNeeded.add(view.buffer()));
    }
  }

  private static boolean narrows(Instruction instruction, Set<Buffer> whole, Set<Buffer> selected) {
    Buffer output = instruction.result().orElseThrow();
    return output.rows() == Rows.TOKENS && selected.contains(output) && !whole.contains(output);
  }

  private static Program rewrite(Program program, Set<Buffer> whole, Set<Buffer> selected) {
    List<Instruction> rewritten = new ArrayList<>();
    Map<Buffer, Buffer> narrow = new HashMap<>();
    for (Instruction instruction : program.instructions()) {
      if (instruction instanceof SelectRows(View input, Buffer output)) {
        narrow.put(output, narrow.get(input.buffer()));
        continue;
      }
      boolean readsSelected =
          instruction.result().filter(output -> output.rows() == Rows.SELECTED).isPresent()
              || instruction instanceof Score;
      boolean narrows =
          !(instruction instanceof Embed || instruction instanceof Rotate)
              && instruction.result().isPresent()
              && narrows(instruction, whole, selected);
      boolean changesInputs = readsSelected || (narrows && !(instruction instanceof Attend));
      Instruction changed =
          changesInputs ? instruction.withInputs(view -> replace(view, narrow)) : instruction;
      if (narrows) {
        Buffer output = instruction.result().orElseThrow();
        narrow.put(output, output.selected());
        rewritten.add(changed.withResult(output.selected()));
        continue;
      }
      rewritten.add(changed);
      instruction
          .result()
          .filter(output -> output.rows() == Rows.TOKENS && selected.contains(output))
          .ifPresent(
              output -> {
                Buffer part = new Buffer(output.name() + "'", Rows.SELECTED, output.width());
                narrow.put(output, part);
                rewritten.add(new SelectRows(output.view(), part));
              });
    }
    return new Program(rewritten);
  }

  private static View replace(View view, Map<Buffer, Buffer> narrow) {
    Buffer buffer = narrow.get(view.buffer());
    return buffer == null ? view : new View(buffer, view.column(), view.width());
  }
}
