package io.github.nonplus.verification;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.Observation;
import io.github.nonplus.device.Observation.Scored;
import io.github.nonplus.device.Observation.Written;
import io.github.nonplus.device.Trace;
import io.github.nonplus.program.Place;
import java.util.Optional;

/// The first number of a window that is not finite.
///
/// @param place the operation that wrote it
/// @param token whose row it is in, counted from 0; of a score, the token that is scored
/// @param value NaN or an infinity
public record FirstNonFinite(Place place, int token, double value) {
  /// Runs a window alone, step by step.
  ///
  /// @param window a batch of this one window
  /// @return empty if all its numbers are finite
  public static Optional<FirstNonFinite> of(Executable executable, Batch window) {
    Trace trace = executable.trace(window);
    Optional<Observation> next = trace.next();
    while (next.isPresent()) {
      Optional<FirstNonFinite> found = in(next.get(), window);
      if (found.isPresent()) {
        return found;
      }
      next = trace.next();
    }
    return Optional.empty();
  }

  static Optional<FirstNonFinite> in(Observation shown, Batch window) {
    Place place = Place.of(shown.operation());
    switch (shown) {
      case Written(_, var operation, float[] values) -> {
        int width = operation.written().orElseThrow().width();
        for (int i = 0; i < values.length; i++) {
          if (!Float.isFinite(values[i])) {
            return Optional.of(new FirstNonFinite(place, i / width, values[i]));
          }
        }
      }
      case Scored(_, _, double[] nll) -> {
        for (int i = 0; i < nll.length; i++) {
          if (!Double.isFinite(nll[i])) {
            return Optional.of(new FirstNonFinite(place, window.selected()[i] + 1, nll[i]));
          }
        }
      }
    }
    return Optional.empty();
  }
}
