package io.github.nonplus.verification;

import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Program;
import java.util.ArrayList;
import java.util.List;

/// By how much a correct device may differ from the CPU after each instruction, relative to the
/// largest number of a row.
///
/// Rounding errors are independent and small, so their squares add up. An instruction that sums n
/// terms in float32 adds n · 2⁻⁴⁸ on each side (each addition errs by at most 2⁻²⁴ of the sum);
/// each rounding to the device's format adds the square of that format's roundoff. The root of what
/// has been added on the way to an instruction is the error to expect there, and [#ROOM] times that
/// is allowed: for the largest of some million differences instead of their mean, and for what
/// softmax and norms amplify.
public record Tolerance(List<Double> allowed) {
  static final double ROOM = 16;

  private static final double FLOAT32 = Arithmetic.FLOAT32.roundoff();

  public Tolerance {
    allowed = List.copyOf(allowed);
  }

  /// @param window the most tokens of a window
  public static Tolerance of(Program program, Arithmetic arithmetic, int window) {
    List<Double> allowed = new ArrayList<>();
    double squares = 0;
    for (Instruction instruction : program.instructions()) {
      squares += 2 * terms(instruction, window) * FLOAT32 * FLOAT32;
      squares += roundings(instruction) * arithmetic.roundoff() * arithmetic.roundoff();
      allowed.add(ROOM * Math.sqrt(squares));
    }
    return new Tolerance(allowed);
  }

  /// Terms of the sums behind one number.
  private static double terms(Instruction instruction, int window) {
    return switch (instruction) {
      case Instruction.MatMul matmul -> matmul.input().width();
      case Instruction.Score score -> score.input().width();
      case Instruction.Norm norm -> norm.input().width();
      case Instruction.Attend attend -> attend.headSize() + window;
      case Instruction.Rotate _, Instruction.Gate _, Instruction.Add _ -> 2;
      case Instruction.Embed _, Instruction.SelectRows _ -> 0;
    };
  }

  /// Times that a number is rounded to the device's format, as a factor of a product or as a result
  /// that will be one. Sums of residuals are float32 everywhere.
  private static int roundings(Instruction instruction) {
    return switch (instruction) {
      case Instruction.MatMul _, Instruction.Score _ -> 1;
      case Instruction.Attend _ -> 2; // the weights of values, then the result
      case Instruction.Rotate _, Instruction.Gate _, Instruction.Norm _ -> 1;
      case Instruction.Add _, Instruction.Embed _, Instruction.SelectRows _ -> 0;
    };
  }
}
