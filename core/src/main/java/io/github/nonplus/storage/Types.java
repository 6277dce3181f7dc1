package io.github.nonplus.storage;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.codes.ScaleType;
import java.util.List;
import java.util.Map;

/// Types as headers of safetensors spell them.
final class Types {
  static final List<String> WORDS = List.of("I32", "U32");
  static final List<String> BYTES = List.of("U8", "I8");
  static final List<String> FLOATS = List.of("F16", "BF16", "F32");

  private static final Map<String, ElementType> FLOATING =
      Map.of(
          "F32", ElementType.FLOAT32,
          "F16", ElementType.FLOAT16,
          "BF16", ElementType.BFLOAT16);

  private Types() {}

  /// The floating-point type of that name, or null.
  static ElementType floating(String type) {
    return FLOATING.get(type);
  }

  /// The type of scales of that name, which is one of [#FLOATS].
  static ScaleType scale(String type) {
    return ScaleType.of(FLOATING.get(type));
  }
}
