package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.nonplus.program.operand.Parameter;

/// What a [Convolve] multiplies a token and those before it by, column by column.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Taps.Learnt.class, name = "learnt"),
  @JsonSubTypes.Type(value = Taps.Blend.class, name = "blend")
})
public sealed interface Taps {
  /// The checkpoint tensor that says them.
  Parameter parameter();

  /// Columns that they are for.
  default int columns() {
    return parameter().outputs();
  }

  /// How many tokens they reach over, the token itself included.
  int length();

  /// Tap j of column c at c · length + j; the last is that of the token itself.
  ///
  /// @param stored the parameter's numbers, row by row
  float[] of(float[] stored);

  /// A kernel for each column.
  ///
  /// @param parameter [columns, length]
  record Learnt(Parameter parameter) implements Taps {
    public Learnt {
      Operation.require(parameter.shape().size() == 2, parameter, "a kernel for each column");
    }

    @Override
    public int length() {
      return parameter.inputs();
    }

    @Override
    public float[] of(float[] stored) {
      return stored.clone();
    }

    @Override
    public String toString() {
      return parameter.name();
    }
  }

  /// m of the token and 1 − m of the one before: RWKV's token shift.
  ///
  /// @param parameter m, one for each column
  record Blend(Parameter parameter) implements Taps {
    public Blend {
      Operation.require(parameter.shape().size() == 1, parameter, "a number for each column");
    }

    @Override
    public int length() {
      return 2;
    }

    @Override
    public float[] of(float[] stored) {
      float[] taps = new float[2 * stored.length];
      for (int column = 0; column < stored.length; column++) {
        taps[2 * column] = 1 - stored[column];
        taps[2 * column + 1] = stored[column];
      }
      return taps;
    }

    @Override
    public String toString() {
      return "blend " + parameter.name();
    }
  }
}
