package io.github.nonplus.model.decoder;

import io.github.nonplus.program.op.Norm;

/// A norm by the names of its tensors.
///
/// @param name of its tensors without their endings `.weight` and `.bias`; null if it has none
/// @param hasBias whether there is a bias beside the weight
/// @param offset added to the weight
public record Norming(Norm.Kind kind, String name, boolean hasBias, double offset, double epsilon) {
  /// Root mean square norm with a weight.
  public static Norming rms(String name, double epsilon) {
    return new Norming(Norm.Kind.RMS, name, false, 0, epsilon);
  }

  /// The same whose stored weight is what is beyond 1.
  public static Norming rmsBeyondOne(String name, double epsilon) {
    return new Norming(Norm.Kind.RMS, name, false, 1, epsilon);
  }

  /// Root mean square norm without a weight.
  public static Norming rms(double epsilon) {
    return new Norming(Norm.Kind.RMS, null, false, 0, epsilon);
  }

  /// Layer norm with weight and bias.
  public static Norming layer(String name, double epsilon) {
    return new Norming(Norm.Kind.LAYER, name, true, 0, epsilon);
  }

  /// Layer norm without a bias, and where `name` is null without a weight.
  public static Norming layerWithoutBias(String name, double epsilon) {
    return new Norming(Norm.Kind.LAYER, name, false, 0, epsilon);
  }
}
