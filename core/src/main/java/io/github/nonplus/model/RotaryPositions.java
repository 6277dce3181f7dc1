package io.github.nonplus.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.program.rotation.Rotation;

/// What a configuration says of its rotary positions, read once: a program turns by `rotation`, and
/// MLC's configuration is told `base` and `scaling`, which say the same.
///
/// @param rotation what is computed
/// @param base `rope_theta` as the number stands in the file, for `position_embedding_base`
/// @param scaling for MLC's `rope_scaling`: an object with its `rope_type`, or null for none
public record RotaryPositions(Rotation rotation, JsonNode base, ObjectNode scaling) {
  public RotaryPositions {
    scaling = scaling == null ? null : scaling.deepCopy();
  }

  @Override
  public ObjectNode scaling() {
    return scaling == null ? null : scaling.deepCopy();
  }
}
