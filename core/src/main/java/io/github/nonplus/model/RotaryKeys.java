package io.github.nonplus.model;

import java.util.Map;

/// How a family's configurations say its rotary positions, and what they mean where they say
/// nothing.
///
/// @param base `rope_theta` where there is none
/// @param part of each head that turns where no `partial_rotary_factor` is given
/// @param obeysPart whether that key changes anything; where it does not, only the default is taken
/// @param headSize columns of a head
/// @param types other names of types of scaling, by the name in the file
public record RotaryKeys(
    double base, double part, boolean obeysPart, int headSize, Map<String, String> types) {
  public RotaryKeys {
    types = Map.copyOf(types);
  }

  /// Whole heads turn.
  public static RotaryKeys whole(double base, int headSize) {
    return new RotaryKeys(base, 1, false, headSize, Map.of());
  }

  /// A part of each head turns, which the configuration may set.
  public static RotaryKeys part(double base, double part, int headSize) {
    return new RotaryKeys(base, part, true, headSize, Map.of());
  }

  /// The same, where one type of scaling is called by another name, too.
  public RotaryKeys with(Map<String, String> others) {
    return new RotaryKeys(base, part, obeysPart, headSize, others);
  }
}
