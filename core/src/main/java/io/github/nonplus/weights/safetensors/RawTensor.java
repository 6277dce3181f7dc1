package io.github.nonplus.weights.safetensors;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// A tensor of whatever type, as its file holds it: exactly as many bytes as its shape and type say
/// where the type is known, and as its header says where it is not.
///
/// @param type as the header spells it, such as `I32`
public record RawTensor(String name, String type, List<Long> shape, MemorySegment data) {
  public RawTensor {
    shape = List.copyOf(shape);
  }
}
