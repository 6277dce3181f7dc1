package io.github.nonplus.model.mlc;

import io.github.nonplus.program.operand.Experts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which tensors of a checkpoint MLC puts one after the other, by the ends of their paths.
final class Fusions {
  private final Map<String, List<String>> parts = new LinkedHashMap<>();

  /// @param stored MLC's name
  /// @param parts the checkpoint's, in which [Experts#NUMBER] stands for an expert's number
  void add(String stored, String... parts) {
    this.parts.put(stored, List.of(parts));
  }

  /// Tensors that become one parameter.
  ///
  /// @param sources all parts of one expert, then those of the next
  /// @param experts how many experts they are of; 0 if they are of none
  record Fusion(String name, List<String> sources, int experts) {}

  /// What a tensor becomes a part of: by itself it is the whole.
  ///
  /// @param name of the first of the parts
  /// @param tensors all that there are
  Fusion of(String name, Set<String> tensors) {
    String ending = name.substring(name.lastIndexOf('.'));
    for (Map.Entry<String, List<String>> each : parts.entrySet()) {
      String pattern = each.getValue().getFirst();
      String first = "." + numbered(pattern, 0) + ending;
      if (name.endsWith(first)) {
        String at = name.substring(0, name.length() - first.length() + 1);
        int experts = 0;
        while (pattern.contains(Experts.NUMBER)
            && tensors.contains(at + numbered(pattern, experts) + ending)) {
          experts++;
        }
        List<String> sources = new ArrayList<>();
        for (int expert = 0; expert < Math.max(1, experts); expert++) {
          for (String part : each.getValue()) {
            sources.add(at + numbered(part, expert) + ending);
          }
        }
        return new Fusion(at + each.getKey() + ending, sources, experts);
      }
    }
    return new Fusion(name, List.of(name), 0);
  }

  private static String numbered(String part, int expert) {
    return part.replace(Experts.NUMBER, Integer.toString(expert));
  }
}
