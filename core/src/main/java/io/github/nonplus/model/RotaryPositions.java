package io.github.nonplus.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.rotation.Rotation;

/// What a configuration says of its rotary positions, read once: a program turns by `rotation`, and
/// MLC's configuration is told `base` and `scaling`, which say the same.
///
/// @param rotation what is computed
/// @param base `rope_theta` as the number stands in the file, for `position_embedding_base`
/// @param part of each head that turns
/// @param queryFactor what turned queries are multiplied by; null for nothing
/// @param scaling for MLC's `rope_scaling`: an object with its `rope_type`, or null for none
public record RotaryPositions(
    Rotation rotation, JsonNode base, ObjectNode scaling, double part, Factor queryFactor) {
  public RotaryPositions {
    scaling = scaling == null ? null : scaling.deepCopy();
  }

  /// Columns of a head that turn.
  public int turned(int headSize) {
    return turned(part, headSize);
  }

  /// Columns of a head of which that part turns.
  static int turned(double part, int headSize) {
    return (int) (part * headSize);
  }

  @Override
  public ObjectNode scaling() {
    return scaling == null ? null : scaling.deepCopy();
  }
}
