package io.github.nonplus.verification;

import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Operation;
import java.util.ArrayList;
import java.util.List;

/// By how much a correct device may differ from the CPU after each operation, relative to the
/// largest number of a row.
///
/// Rounding errors are independent and small, so their squares add up. An operation that sums n
/// terms in float32 adds n · 2⁻⁴⁸ on each side (each addition errs by at most 2⁻²⁴ of the sum);
/// each rounding to the device's format adds the square of that format's roundoff. The root of what
/// has been added on the way to an operation is the error to expect there, and [#ROOM] times that
/// is allowed: for the largest of some million differences instead of their mean, and for what
/// softmax and norms amplify. Where numbers become codes, two that are as near as that may be a
/// whole code apart, which is allowed from there on.
///
/// How a model carries an error on is its own affair: a product of one column may cancel to nearly
/// nothing, a norm may amplify small rows. Where this estimate does not suffice, [Disturbed]
/// measures it.
///
/// @param allowed after each operation of the program
/// @param own the error to expect of each operation by itself, from what both devices round
public record Tolerance(List<Double> allowed, List<Double> own) {
  static final double ROOM = 16;

  private static final double FLOAT32 = Arithmetic.FLOAT32.roundoff();

  public Tolerance {
    allowed = List.copyOf(allowed);
    own = List.copyOf(own);
  }

  /// @param window the most tokens of a window
  public static Tolerance of(Program program, Arithmetic arithmetic, int window) {
    List<Double> allowed = new ArrayList<>();
    List<Double> own = new ArrayList<>();
    double squares = 0;
    for (Operation operation : program.operations()) {
      double rounded =
          2 * operation.terms(window) * FLOAT32 * FLOAT32
              + operation.roundings() * arithmetic.roundoff() * arithmetic.roundoff();
      own.add(Math.sqrt(rounded));
      squares += rounded;
      squares += operation.jump() * operation.jump() / (ROOM * ROOM);
      allowed.add(ROOM * Math.sqrt(squares));
    }
    return new Tolerance(allowed, own);
  }
}
