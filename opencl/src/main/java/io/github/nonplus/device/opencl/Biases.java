package io.github.nonplus.device.opencl;

import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import java.util.List;
import java.util.function.Function;

/// The biases of linear layers side by side.
public final class Biases {
  private Biases() {}

  /// Bytes that they take together.
  public static long bytes(List<Linear> parts) {
    return parts.stream().allMatch(part -> part.bias() == null)
        ? 0
        : 4 * parts.stream().mapToLong(part -> part.weight().outputs()).sum();
  }

  /// The bias of each output, 0 where there is none; null if there is none at all.
  ///
  /// @param values of a vector
  public static float[] of(List<Linear> parts, Function<Parameter, float[]> values) {
    if (parts.stream().allMatch(part -> part.bias() == null)) {
      return null;
    }
    float[] bias = new float[parts.stream().mapToInt(part -> part.weight().outputs()).sum()];
    int column = 0;
    for (Linear part : parts) {
      if (part.bias() != null) {
        System.arraycopy(values.apply(part.bias()), 0, bias, column, part.bias().outputs());
      }
      column += part.weight().outputs();
    }
    return bias;
  }
}
