package io.github.nonplus.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A straight list of instructions that turns the tokens of a batch into one result: the negative
/// log-likelihoods of [Instruction.Score], or the buffer that the last instruction writes.
///
/// Checked on construction: every buffer is written once and before it is read, rows fit each
/// other, and nothing follows a score.
public record Program(List<Instruction> instructions) {
  public Program {
    instructions = List.copyOf(instructions);
    if (instructions.isEmpty()) {
      throw new IllegalArgumentException("a program without instructions");
    }
    Map<String, Buffer> written = new HashMap<>();
    for (Instruction instruction : instructions) {
      if (!rowsFit(instruction)) {
        throw new IllegalArgumentException(
            "rows do not fit each other in " + ProgramText.line(instruction));
      }
      if (instruction instanceof Instruction.Score && instruction != instructions.getLast()) {
        throw new IllegalArgumentException("a score that does not end the program");
      }
      for (View view : instruction.inputs()) {
        if (!view.buffer().equals(written.get(view.buffer().name()))) {
          throw new IllegalArgumentException(view.buffer() + " is read before it is written");
        }
      }
      instruction
          .result()
          .ifPresent(
              buffer -> {
                if (written.put(buffer.name(), buffer) != null) {
                  throw new IllegalArgumentException(buffer + " is written twice");
                }
              });
    }
  }

  private static boolean rowsFit(Instruction instruction) {
    Stream<Rows> read = instruction.inputs().stream().map(view -> view.buffer().rows());
    return switch (instruction) {
      case Instruction.Embed embed -> embed.output().rows() == Rows.TOKENS;
      case Instruction.Rotate _, Instruction.Attend _ -> read.allMatch(Rows.TOKENS::equals);
      case Instruction.Norm norm -> read.allMatch(norm.output().rows()::equals);
      case Instruction.MatMul product -> read.allMatch(product.output().rows()::equals);
      case Instruction.Gate gate -> read.allMatch(gate.output().rows()::equals);
      case Instruction.Add add -> read.allMatch(add.output().rows()::equals);
      // These two check themselves.
      case Instruction.SelectRows _, Instruction.Score _ -> true;
    };
  }

  /// All checkpoint tensors that the program needs, in the order of first use.
  public List<Parameter> parameters() {
    Set<Parameter> parameters = new LinkedHashSet<>();
    instructions.forEach(instruction -> parameters.addAll(instruction.parameters()));
    return List.copyOf(parameters);
  }

  /// All buffers in the order in which they are written.
  public List<Buffer> buffers() {
    List<Buffer> buffers = new ArrayList<>();
    instructions.forEach(instruction -> instruction.result().ifPresent(buffers::add));
    return buffers;
  }

  /// The program as text, one instruction a line.
  public String text() {
    StringBuilder text = new StringBuilder();
    instructions.forEach(each -> text.append(ProgramText.line(each)).append('\n'));
    return text.toString();
  }
}
