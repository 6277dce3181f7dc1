package io.github.nonplus.device;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Rows;

/// What an instruction has to do for a batch, at least.
///
/// @param operations multiplications and additions of a product or of attention; 0 if it has none
///   worth counting
/// @param bytes of activations read and written
public record Effort(double operations, double bytes) {
  /// @param halves whether what products read and what is rotated lies in float16
  public static Effort of(Instruction instruction, Batch batch, boolean halves) {
    boolean rotates = instruction instanceof Instruction.Rotate;
    double readBytes = halves && rotates ? 2 : 4;
    double writtenBytes = halves && (rotates || instruction instanceof Instruction.Norm) ? 2 : 4;
    double read =
        instruction.inputs().stream()
            .mapToDouble(view -> readBytes * view.width() * rows(view.buffer(), batch))
            .sum();
    double written =
        instruction.written().stream()
            .mapToDouble(view -> writtenBytes * view.width() * rows(view.buffer(), batch))
            .sum();
    return new Effort(operations(instruction, batch), read + written);
  }

  private static double operations(Instruction instruction, Batch batch) {
    return switch (instruction) {
      case Instruction.MatMul matmul ->
          2.0 * rows(matmul.output(), batch) * matmul.input().width() * matmul.output().width();
      case Instruction.Score score ->
          2.0 * batch.selected().length * score.input().width() * score.head().weight().outputs();
      case Instruction.Attend attend -> 4.0 * attend.query().width() * pairs(attend, batch);
      case Instruction.Embed _,
          Instruction.Norm _,
          Instruction.Rotate _,
          Instruction.Gate _,
          Instruction.Add _,
          Instruction.SelectRows _ ->
          0;
    };
  }

  /// Pairs of a query and a key that it sees.
  private static double pairs(Instruction.Attend attend, Batch batch) {
    double pairs = 0;
    int window = 0;
    int rows = rows(attend.output(), batch);
    for (int i = 0; i < rows; i++) {
      int token = attend.output().rows() == Rows.TOKENS ? i : batch.selected()[i];
      while (token >= batch.starts()[window + 1]) {
        window++;
      }
      pairs += token - batch.starts()[window] + 1;
    }
    return pairs;
  }

  private static int rows(Buffer buffer, Batch batch) {
    return buffer.rows() == Rows.TOKENS ? batch.tokens() : batch.selected().length;
  }
}
