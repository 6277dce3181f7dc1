package io.github.nonplus.model.mlc;

import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.rotation.RollingRotation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// What MLC computes with a cache that slides. After each call the cache drops what is beyond its
/// window, but for the first tokens, and counts what is left from 0; keys are turned by the places
/// that they have then.
///
/// A rotation makes scores depend on distances alone, and distances to all but the first tokens are
/// those of the text. So keys are turned once, by their positions; and queries twice, for the first
/// tokens by their place in the cache, at the side of which a head has its second half of columns.
///
/// @param width of the window
/// @param chunk tokens of a call
/// @param kept how many first tokens are never dropped
record RollingCache(int width, int chunk, int kept) implements UnaryOperator<List<Operation>> {
  /// @throws IllegalArgumentException if there is no such cache
  RollingCache {
    new Mask.Rolling(width, chunk, kept);
  }

  @Override
  public List<Operation> apply(List<Operation> operations) {
    Set<Buffer> queries =
        operations.stream()
            .filter(Attend.class::isInstance)
            .map(each -> ((Attend) each).query().buffer())
            .collect(Collectors.toSet());
    Map<Buffer, Buffer> placed = new HashMap<>();
    List<Operation> all = new ArrayList<>();
    for (Operation operation : operations) {
      if (kept > 0
          && operation instanceof Rotate rotate
          && queries.contains(rotate.vector().buffer())) {
        View heads = rotate.vector();
        Buffer other =
            new Buffer(heads.buffer().name() + ".placed", heads.buffer().rows(), heads.width());
        all.add(new Concatenate(List.of(heads), other));
        Rotate again = rotate.withInputs(_ -> other.view());
        all.add(again.by(new RollingRotation(rotate.rotation(), width, chunk)));
        placed.put(heads.buffer(), other);
      }
      if (operation instanceof Attend attend) {
        Mask mask = new Mask.Rolling(width, chunk, kept);
        all.add((kept > 0 ? halved(attend, placed, all) : attend).masked(mask));
      } else {
        all.add(operation);
      }
    }
    return all;
  }

  /// With heads of queries and keys that are twice as wide: for the first keys and for the others.
  private Attend halved(Attend attend, Map<Buffer, Buffer> placed, List<Operation> all) {
    View query = attend.query();
    View key = attend.key();
    Buffer other = placed.getOrDefault(query.buffer(), query.buffer());
    int size = attend.keySize();
    List<View> queries = new ArrayList<>();
    for (int at = 0; at < query.width(); at += size) {
      queries.add(new View(query.buffer(), query.column() + at, size));
      queries.add(new View(other, at, size));
    }
    Buffer late = scaled(key, ".late", new Factor.Between(kept, Integer.MAX_VALUE), all);
    Buffer first = scaled(key, ".first", new Factor.Between(0, kept), all);
    List<View> keys = new ArrayList<>();
    for (int at = 0; at < key.width(); at += size) {
      keys.add(new View(late, at, size));
      keys.add(new View(first, at, size));
    }
    return new Attend(
        joined(query, queries, all),
        joined(key, keys, all),
        attend.value(),
        2 * size,
        attend.valueSize(),
        attend.mask(),
        attend.slopes(),
        attend.softCap(),
        attend.sinks(),
        attend.scale(),
        attend.output());
  }

  private static Buffer scaled(View rows, String name, Factor factor, List<Operation> all) {
    Buffer scaled = new Buffer(rows.buffer().name() + name, rows.buffer().rows(), rows.width());
    all.add(new Scale(rows, factor, scaled));
    return scaled;
  }

  private static View joined(View rows, List<View> parts, List<Operation> all) {
    Buffer joined =
        new Buffer(rows.buffer().name() + ".halves", rows.buffer().rows(), 2 * rows.width());
    all.add(new Concatenate(parts, joined));
    return joined.view();
  }
}
