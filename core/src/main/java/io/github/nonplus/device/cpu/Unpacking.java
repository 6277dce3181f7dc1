package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.weights.ElementType;

/// From what is stored to weights in float32.
public interface Unpacking {
  /// Room that is needed behind the last weight: what a vector has too many.
  int SLACK = 16;

  /// Writes the values of `count` numbers of 16 bits, which are exact.
  ///
  /// @param type float16 or bfloat16
  void widen(ElementType type, short[] halves, int count, float[] weights, int weightsAt);

  /// Writes the weights of one output of group quantization, side by side. Weight k is (code − zero
  /// point) · scale, rounded to float16 where that is the scheme's model type.
  ///
  /// @param inputs how many
  /// @param words the output's word i at wordsAt + i · stride, as many as the groups of `inputs`
  ///   inputs have
  /// @param scales the scale of its group g at wordsAt + g · stride
  /// @param weights `inputs` numbers from weightsAt on, and [#SLACK] of no meaning
  void unpack(
      GroupQuantization scheme,
      int inputs,
      int[] words,
      float[] scales,
      int wordsAt,
      int stride,
      float[] weights,
      int weightsAt);
}
