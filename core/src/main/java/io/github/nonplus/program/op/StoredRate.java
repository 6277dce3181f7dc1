package io.github.nonplus.program.op;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.program.operand.Parameter;
import java.util.Locale;

/// What a checkpoint stores of the rate at which a recurrence forgets.
public enum StoredRate {
  /// The rate: its factor is −e^rate.
  RATE {
    @Override
    float factor(float number, Parameter rates) {
      return (float) -StrictMath.exp(number);
    }
  },

  /// The factor itself.
  FACTOR {
    @Override
    float factor(float number, Parameter rates) {
      if (number > 0) {
        throw new WeightsException(
            "'%s' holds %s, but what a state is made smaller by is none above 0; the file is damaged"
                .formatted(rates, number));
      }
      return number;
    }
  };

  /// −e^rate, rounded once.
  ///
  /// @param number what is stored
  /// @param rates what it is one of, for messages
  abstract float factor(float number, Parameter rates);

  /// After the name of the rates.
  String text() {
    return this == RATE ? "" : " as " + name().toLowerCase(Locale.ROOT) + "s";
  }
}
