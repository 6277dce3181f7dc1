package io.github.nonplus.weights.safetensors;

import io.github.nonplus.weights.Tensor;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// A checkpoint in a few numbers.
///
/// @param bytes of tensor data, headers not counted
/// @param tensorsOfType how many tensors there are of each type, by the name in the file (`BF16`)
public record CheckpointSummary(
    int files, int tensors, long elements, long bytes, Map<String, Integer> tensorsOfType) {
  public CheckpointSummary {
    tensorsOfType = Map.copyOf(tensorsOfType);
  }

  static CheckpointSummary of(Collection<SafetensorsFile> files) {
    int tensors = 0;
    long elements = 0;
    long bytes = 0;
    Map<String, Integer> tensorsOfType = new TreeMap<>();
    for (SafetensorsFile file : files) {
      bytes += file.data().byteSize();
      for (HeaderEntry entry : file.tensors().values()) {
        tensors++;
        elements = Math.addExact(elements, Tensor.elementCount(entry.shape()));
        tensorsOfType.merge(entry.type().name(), 1, Integer::sum);
      }
    }
    return new CheckpointSummary(files.size(), tensors, elements, bytes, tensorsOfType);
  }
}
