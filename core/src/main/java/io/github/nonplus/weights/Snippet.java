package io.github.nonplus.weights;

import java.util.Map;
import java.util.TreeMap;

/// The C that decodes a format on a GPU: a file of the device, and values for the definitions in
/// it.
///
/// @param name of the file, without folder and ending
/// @param planes that it reads, in the order of [Planes]
public record Snippet(String name, int planes, Map<String, Integer> values) {
  public Snippet {
    values = new TreeMap<>(values);
  }
}
