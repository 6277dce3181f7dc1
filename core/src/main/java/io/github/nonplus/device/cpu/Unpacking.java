package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupQuantization;

/// From codes of group quantization to weights.
public interface Unpacking {
  /// Writes `count` outputs of a matrix as strips. Weight (n, k) is (code − zero point) · scale,
  /// rounded to float16 where that is the scheme's model type.
  ///
  /// @param depth inputs
  /// @param words word i of output n at i · stride + n, as many as the groups of `depth` inputs
  ///   have
  /// @param scales scale of group g of output n at g · stride + n
  /// @param stride a multiple of the strips' width, not less than `count`; what lies between them
  ///   becomes padding
  void unpack(
      GroupQuantization scheme,
      int count,
      int depth,
      int[] words,
      float[] scales,
      int stride,
      float[] strips);
}
