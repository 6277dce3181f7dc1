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
import io.github.nonplus.program.Instruction.Writing;
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
    return new Rewrite(whole, selected).of(program);
  }

  /// Walks backwards: which buffers are read in whole, and of which selected rows are read.
  private static void findNeeds(Program program, Set<Buffer> whole, Set<Buffer> selected) {
    for (Instruction instruction : program.instructions().reversed()) {
      if (instruction instanceof Rotate(View vector, _, _) && selected.contains(vector.buffer())) {
        throw new IllegalStateException("rows of " + vector + " are selected after its rotation");
      }
      Set<Buffer> needs =
          switch (instruction) {
            case SelectRows _ -> selected;
            case Embed _, Rotate _, Attend _, Score _ -> whole;
            case Norm norm -> narrows(norm.output(), whole, selected) ? selected : whole;
            case MatMul matmul -> narrows(matmul.output(), whole, selected) ? selected : whole;
            case Gate gate -> narrows(gate.output(), whole, selected) ? selected : whole;
            case Add add -> narrows(add.output(), whole, selected) ? selected : whole;
          };
      instruction.inputs().forEach(view -> needs.add(view.buffer()));
    }
  }

  /// Whether nobody reads more of a buffer than its selected rows.
  private static boolean narrows(Buffer output, Set<Buffer> whole, Set<Buffer> selected) {
    return output.rows() == Rows.TOKENS && selected.contains(output) && !whole.contains(output);
  }

  /// Walks forwards and writes the instructions anew.
  private static final class Rewrite {
    private final Set<Buffer> whole;
    private final Set<Buffer> selected;
    private final List<Instruction> instructions = new ArrayList<>();

    /// Buffers of all tokens, and where their selected rows are.
    private final Map<Buffer, Buffer> narrow = new HashMap<>();

    Rewrite(Set<Buffer> whole, Set<Buffer> selected) {
      this.whole = whole;
      this.selected = selected;
    }

    Program of(Program program) {
      for (Instruction instruction : program.instructions()) {
        switch (instruction) {
          case SelectRows(View input, Buffer output) ->
              narrow.put(output, narrow.get(input.buffer()));
          case Score score -> instructions.add(score.withInputs(this::narrowed));
          case Rotate rotate -> instructions.add(rotate);
          case Embed embed -> keep(embed);
          // Keys and values are needed of all tokens, whichever queries are asked.
          case Attend attend -> write(attend, attend);
          case Norm norm -> write(norm, norm.withInputs(this::narrowed));
          case MatMul matmul -> write(matmul, matmul.withInputs(this::narrowed));
          case Gate gate -> write(gate, gate.withInputs(this::narrowed));
          case Add add -> write(add, add.withInputs(this::narrowed));
        }
      }
      return new Program(instructions);
    }

    /// @param narrower the same instruction as it reads where only selected rows are written
    private void write(Writing instruction, Writing narrower) {
      Buffer output = instruction.output();
      if (output.rows() == Rows.SELECTED) {
        instructions.add(narrower);
      } else if (narrows(output, whole, selected)) {
        narrow.put(output, output.selected());
        instructions.add(narrower.withOutput(output.selected()));
      } else {
        keep(instruction);
      }
    }

    /// All rows are computed; if selected ones are read too, they are taken out at once.
    private void keep(Writing instruction) {
      Buffer output = instruction.output();
      instructions.add(instruction);
      if (selected.contains(output)) {
        Buffer part = new Buffer(output.name() + "'", Rows.SELECTED, output.width());
        narrow.put(output, part);
        instructions.add(new SelectRows(output.view(), part));
      }
    }

    private View narrowed(View view) {
      Buffer buffer = narrow.get(view.buffer());
      return buffer == null ? view : new View(buffer, view.column(), view.width());
    }
  }
}
