package io.github.nonplus.model.mlc;

import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.rotation.Rotation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Rotations whose two halves of a head turn at speeds of their own, out of rotations that turn
/// both alike: each head is turned twice, and of each result one half is taken.
final class UnfoldedRotation {
  private final Function<Rotation, Rotation> first;
  private final Function<Rotation, Rotation> second;
  private final Map<Buffer, Buffer> turned = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();

  private UnfoldedRotation(
      Function<Rotation, Rotation> first, Function<Rotation, Rotation> second) {
    this.first = first;
    this.second = second;
  }

  /// A program's operations with each rotation unfolded.
  ///
  /// @param first by which the first half of a head turns instead of by a rotation
  /// @param second by which the second half turns
  static List<Operation> of(
      List<Operation> operations,
      Function<Rotation, Rotation> first,
      Function<Rotation, Rotation> second) {
    UnfoldedRotation unfolded = new UnfoldedRotation(first, second);
    operations.forEach(unfolded::add);
    return unfolded.operations;
  }

  private void add(Operation operation) {
    Operation moved = operation.withInputs(this::moved);
    if (!(moved instanceof Rotate rotate)) {
      operations.add(moved);
      return;
    }
    View heads = rotate.vector();
    Buffer rows = heads.buffer();
    Buffer other = new Buffer(rows.name() + ".other", rows.rows(), heads.width());
    operations.add(new Concatenate(List.of(heads), other));
    Rotate again = rotate.withInputs(_ -> other.view());
    operations.add(rotate.by(first.apply(rotate.rotation())));
    operations.add(again.by(second.apply(rotate.rotation())));
    Buffer joined = new Buffer(rows.name() + ".turned", rows.rows(), heads.width());
    int half = rotate.headSize() / 2;
    List<View> halves = new ArrayList<>();
    for (int at = 0; at < heads.width(); at += rotate.headSize()) {
      halves.add(new View(rows, heads.column() + at, half));
      halves.add(new View(other, at + half, half));
    }
    operations.add(new Concatenate(halves, joined));
    turned.put(rows, joined);
  }

  private View moved(View view) {
    Buffer joined = turned.get(view.buffer());
    return joined == null ? view : new View(joined, view.column(), view.width());
  }
}
