package io.github.nonplus.program;

import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where each buffer lies in the one arena of a batch. Buffers whose lives do not overlap share
/// memory.
///
/// Positions are counted in columns: a batch of n tokens has an arena of `width * n` floats, and a
/// buffer at column c begins at float `c * n`. A buffer of selected rows never has more than n of
/// them, and one of k routed rows for each token takes k times its width.
///
/// @param width columns of the arena: its size for one token, in floats
/// @param columns the first column of each buffer, by name, in the order of writing
public record MemoryPlan(int width, Map<String, Integer> columns) {
  public MemoryPlan {
    // In order: what is written of it must not depend on how this process hashes.
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /// Places the largest buffers that live together without overlap: each buffer, in the order of
  /// writing, takes the lowest gap that fits, or the place of a reading that it may replace. What
  /// an operation reads that the next may absorb is kept until that one is done.
  public static MemoryPlan of(Program program) {
    return without(program, Set.of());
  }

  /// The plan of a device that computes some products together with what reads them, and so never
  /// writes their buffers.
  ///
  /// @param unwritten buffers that have no place
  public static MemoryPlan without(Program program, Set<Buffer> unwritten) {
    Map<Buffer, Integer> lastRead = new HashMap<>();
    List<Operation> operations = program.operations();
    for (int i = 0; i < operations.size(); i++) {
      int step = i;
      operations.get(i).result().ifPresent(buffer -> lastRead.putIfAbsent(buffer, step));
      operations.get(i).inputs().forEach(view -> lastRead.put(view.buffer(), step));
      if (i > 0 && operations.get(i).absorbs(operations.get(i - 1))) {
        operations.get(i - 1).inputs().forEach(view -> lastRead.put(view.buffer(), step));
      }
    }
    // What a program ends in is read when it is over.
    operations.getLast().result().ifPresent(buffer -> lastRead.put(buffer, operations.size()));
    Map<String, Integer> columns = new LinkedHashMap<>();
    List<Buffer> alive = new ArrayList<>();
    int width = 0;
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      int step = i;
      Optional<Buffer> written = operation.result().filter(buffer -> !unwritten.contains(buffer));
      if (written.isPresent()) {
        Buffer output = written.get();
        Buffer inherited = inheritance(operation, output, lastRead, step);
        int column =
            inherited != null && alive.contains(inherited)
                ? columns.get(inherited.name())
                : firstGap(alive, columns, output.columnsPerToken());
        alive.remove(inherited);
        columns.put(output.name(), column);
        alive.add(output);
        width = Math.max(width, Math.addExact(column, output.columnsPerToken()));
      }
      alive.removeIf(buffer -> lastRead.get(buffer) <= step);
    }
    return new MemoryPlan(width, columns);
  }

  /// A reading that ends its life here and whose place the output may take, if it has its shape.
  private static Buffer inheritance(
      Operation operation, Buffer output, Map<Buffer, Integer> lastRead, int step) {
    return operation.replaceable().stream()
        .filter(view -> view.width() == view.buffer().width())
        .map(View::buffer)
        .filter(buffer -> buffer.rows().equals(output.rows()) && buffer.width() == output.width())
        .filter(buffer -> lastRead.get(buffer) == step)
        .findFirst()
        .orElse(null);
  }

  private static int firstGap(List<Buffer> alive, Map<String, Integer> columns, int width) {
    int column = 0;
    List<Buffer> byColumn = new ArrayList<>(alive);
    byColumn.sort(Comparator.comparing(buffer -> columns.get(buffer.name())));
    for (Buffer buffer : byColumn) {
      int start = columns.get(buffer.name());
      if (start - column >= width) {
        return column;
      }
      column = Math.max(column, start + buffer.columnsPerToken());
    }
    return column;
  }

  /// The plan as text, one buffer a line.
  public String text() {
    StringBuilder text = new StringBuilder("arena of %d floats a token\n".formatted(width));
    columns.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .forEach(entry -> text.append("%8d  %s\n".formatted(entry.getValue(), entry.getKey())));
    return text.toString();
  }
}
