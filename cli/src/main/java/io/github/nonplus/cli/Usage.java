package io.github.nonplus.cli;

import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// What is wrong with the options of a command, as a sentence; the process then exits with 2.
record Usage(CommandSpec spec) {
  /// The error that says so.
  ParameterException error(String sentence, Object... values) {
    return new ParameterException(spec.commandLine(), sentence.formatted(values));
  }

  /// The error that says what `cause` says.
  ParameterException error(IllegalArgumentException cause) {
    return new ParameterException(spec.commandLine(), cause.getMessage(), cause);
  }

  /// `value`, which must not be below `least`.
  int atLeast(String option, int value, int least) {
    if (value < least) {
      throw error("%s is %d, at least %d expected", option, value, least);
    }
    return value;
  }

  /// The same of an option that may be left out.
  OptionalInt atLeast(String option, Integer value, int least) {
    return value == null
        ? OptionalInt.empty()
        : OptionalInt.of(atLeast(option, value.intValue(), least));
  }

  /// `value`, which must be in a range.
  int within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw error("%s is %d, expected %d to %d", option, value, least, most);
    }
    return value;
  }

  /// The same of an option that may be left out.
  OptionalInt within(String option, Integer value, int least, int most) {
    return value == null
        ? OptionalInt.empty()
        : OptionalInt.of(within(option, value.intValue(), least, most));
  }
}
