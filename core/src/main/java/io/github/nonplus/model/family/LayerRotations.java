package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.node.DoubleNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.ProportionalRotation;
import java.util.Optional;

/// Rotations by the kind of a layer: objects `full_attention` and `sliding_attention` within
/// `rope_parameters`.
final class LayerRotations {
  private LayerRotations() {}

  /// The rotation of a kind of layers, if the configuration has one for each kind.
  static Optional<RotaryPositions> of(
      ConfigReader config, String kind, RotaryKeys keys, int maxPositions) {
    return config
        .findFilledObject("rope_parameters")
        .filter(parameters -> parameters.json().has(kind))
        .flatMap(parameters -> parameters.findFilledObject(kind))
        .map(rope -> RotationReader.of(config, rope, keys, maxPositions));
  }

  /// A part of the pairs turns, at the speeds of a whole head.
  static RotaryPositions proportional(RotaryKeys keys) {
    return new RotaryPositions(
        new ProportionalRotation(keys.base(), keys.part(), 1),
        DoubleNode.valueOf(keys.base()),
        null,
        1,
        null);
  }

  /// The rotation of a base alone.
  static RotaryPositions plain(RotaryKeys keys) {
    return new RotaryPositions(
        new DefaultRotation(keys.base()), DoubleNode.valueOf(keys.base()), null, keys.part(), null);
  }
}
