package io.github.nonplus.device;

import java.util.LinkedHashMap;
import java.util.Map;

/// What a user is told of a device.
///
/// @param name under which it is asked for
/// @param description what it is, or a sentence why it is not there
/// @param facts more about it, by name, in order
public record DeviceSummary(String name, String description, Map<String, String> facts) {
  public DeviceSummary {
    facts = new LinkedHashMap<>(facts);
  }
}
