package io.github.nonplus.program.passes;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Reading;
import io.github.nonplus.program.op.Reading.Reach;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.op.Writing;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
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
    for (Operation operation : program.operations().reversed()) {
      requireNotSelected(operation, selected);
      boolean narrows =
          operation instanceof SelectRows
              || operation instanceof Writing writing && narrows(writing, whole, selected);
      for (Reading reading : operation.readings()) {
        boolean some =
            operation instanceof SelectRows || narrows && reading.reach() == Reach.OWN_ROW;
        (some ? selected : whole).add(reading.view().buffer());
      }
    }
  }

  /// What is changed in place must not have been selected from before.
  private static void requireNotSelected(Operation operation, Set<Buffer> selected) {
    if (operation.result().isEmpty()
        && operation.written().map(View::buffer).filter(selected::contains).isPresent()) {
      throw new IllegalStateException("rows are selected before " + operation.text());
    }
  }

  /// Whether nobody reads more of its output than selected rows, and it can compute these alone.
  private static boolean narrows(Writing writing, Set<Buffer> whole, Set<Buffer> selected) {
    Buffer output = writing.output();
    return writing.narrows()
        && !output.rows().equals(output.rows().selected())
        && selected.contains(output)
        && !whole.contains(output);
  }

  /// Walks forwards and writes the operations anew.
  private static final class Rewrite {
    private final Set<Buffer> whole;
    private final Set<Buffer> selected;
    private final List<Operation> operations = new ArrayList<>();

    /// Buffers of all tokens, and where their selected rows are.
    private final Map<Buffer, Buffer> narrow = new HashMap<>();

    Rewrite(Set<Buffer> whole, Set<Buffer> selected) {
      this.whole = whole;
      this.selected = selected;
    }

    Program of(Program program) {
      for (Operation operation : program.operations()) {
        if (operation instanceof SelectRows(View input, Buffer output)) {
          narrow.put(output, narrow.get(input.buffer()));
        } else if (operation instanceof Writing writing) {
          write(writing);
        } else {
          operations.add(operation.ends() ? operation.withInputs(this::narrowed) : operation);
        }
      }
      return new Program(operations);
    }

    private void write(Writing writing) {
      Buffer output = writing.output();
      if (output.rows().equals(output.rows().selected())) {
        operations.add(narrower(writing));
      } else if (SelectEarly.narrows(writing, whole, selected)) {
        narrow.put(output, output.selected());
        operations.add(narrower(writing).withOutput(output.selected()));
      } else {
        keep(writing);
      }
    }

    /// The same operation as it reads where only selected rows are written.
    private Writing narrower(Writing writing) {
      boolean readsOwnRows =
          writing.readings().stream().allMatch(reading -> reading.reach() == Reach.OWN_ROW);
      return readsOwnRows ? writing.withInputs(this::narrowed) : writing;
    }

    /// All rows are computed; if selected ones are read too, they are taken out at once.
    private void keep(Writing writing) {
      Buffer output = writing.output();
      operations.add(writing);
      if (selected.contains(output)) {
        Buffer part = new Buffer(output.name() + "'", RowSpace.SELECTED, output.width());
        narrow.put(output, part);
        operations.add(new SelectRows(output.view(), part));
      }
    }

    private View narrowed(View view) {
      Buffer buffer = narrow.get(view.buffer());
      return buffer == null ? view : new View(buffer, view.column(), view.width());
    }
  }
}
