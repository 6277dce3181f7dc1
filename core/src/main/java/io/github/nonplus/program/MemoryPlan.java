package io.github.nonplus.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where each buffer lies in the one arena of a batch. Buffers whose lives do not overlap share
/// memory.
///
/// Positions are counted in columns: a batch of n tokens has an arena of `width * n` floats, and a
/// buffer at column c begins at float `c * n` (a buffer of selected rows never has more than n).
///
/// @param width columns of the arena: its size for one token, in floats
/// @param columns the first column of each buffer, by name, in the order of writing
public record MemoryPlan(int width, Map<String, Integer> columns) {
  public MemoryPlan {
    // In order: what is written of it must not depend on how this process hashes.
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /// Places the largest buffers that live together without overlap: each buffer, in the order of
  /// writing, takes the lowest gap that fits. A sum may take the place of its residual. What a
  /// gated product reads is kept until the gate, so that a device may compute both at once.
  public static MemoryPlan of(Program program) {
    Map<Buffer, Integer> lastRead = new HashMap<>();
    List<Instruction> instructions = program.instructions();
    for (int i = 0; i < instructions.size(); i++) {
      int step = i;
      instructions.get(i).result().ifPresent(buffer -> lastRead.putIfAbsent(buffer, step));
      instructions.get(i).inputs().forEach(view -> lastRead.put(view.buffer(), step));
      if (i > 0
          && instructions.get(i) instanceof Instruction.Gate gate
          && instructions.get(i - 1) instanceof Instruction.MatMul matmul
          && gate.gates(matmul)) {
        lastRead.put(matmul.input().buffer(), step);
      }
    }
    // What a program ends in is read when it is over.
    instructions.getLast().result().ifPresent(buffer -> lastRead.put(buffer, instructions.size()));
    Map<String, Integer> columns = new LinkedHashMap<>();
    List<Buffer> alive = new ArrayList<>();
    int width = 0;
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      int step = i;
      if (instruction.result().isPresent()) {
        Buffer output = instruction.result().get();
        Buffer inherited = inheritance(instruction, output, lastRead, step);
        int column =
            inherited != null
                ? columns.get(inherited.name())
                : firstGap(alive, columns, output.width());
        alive.remove(inherited);
        columns.put(output.name(), column);
        alive.add(output);
        width = Math.max(width, Math.addExact(column, output.width()));
      }
      alive.removeIf(buffer -> lastRead.get(buffer) <= step);
    }
    return new MemoryPlan(width, columns);
  }

  /// The residual that ends its life in this product, if it has the shape of the output.
  private static Buffer inheritance(
      Instruction instruction, Buffer output, Map<Buffer, Integer> lastRead, int step) {
    if (instruction instanceof Instruction.MatMul matmul && matmul.residual() != null) {
      Buffer residual = matmul.residual().buffer();
      boolean fits = residual.rows() == output.rows() && residual.width() == output.width();
      boolean isInput = residual.equals(matmul.input().buffer());
      return fits && !isInput && lastRead.get(residual) == step ? residual : null;
    }
    return null;
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
      column = Math.max(column, start + buffer.width());
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
