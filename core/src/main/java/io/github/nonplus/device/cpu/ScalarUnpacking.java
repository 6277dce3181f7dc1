package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.weights.ElementType;

/// The definition of unpacking: a weight at a time.
final class ScalarUnpacking implements Unpacking {
  @Override
  public void widen(ElementType type, short[] halves, int count, float[] weights, int weightsAt) {
    for (int i = 0; i < count; i++) {
      weights[weightsAt + i] =
          switch (type) {
            case FLOAT16 -> Float.float16ToFloat(halves[i]);
            case BFLOAT16 -> Float.intBitsToFloat(halves[i] << 16); // the upper half of a float32
            case FLOAT32, UINT32 -> throw new IllegalArgumentException(type + " has no 16 bits");
          };
    }
  }

  @Override
  public void unpack(
      GroupQuantization scheme,
      int inputs,
      int[] words,
      float[] scales,
      int wordsAt,
      int stride,
      float[] weights,
      int weightsAt) {
    boolean roundsToHalf = scheme.modelType() == ElementType.FLOAT16;
    int mask = (1 << scheme.bits()) - 1;
    for (int k = 0; k < inputs; k++) {
      int group = k / scheme.groupSize();
      int inGroup = k % scheme.groupSize();
      int word = group * scheme.wordsPerGroup() + inGroup / scheme.codesPerWord();
      int shift = scheme.bits() * (inGroup % scheme.codesPerWord());
      int code = words[wordsAt + word * stride] >>> shift & mask;
      float product = (code - scheme.zeroPoint()) * scales[wordsAt + group * stride];
      weights[weightsAt + k] =
          roundsToHalf ? Float.float16ToFloat(Float.floatToFloat16(product)) : product;
    }
  }
}
