package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.weights.ElementType;

/// The definition of unpacking: a weight at a time.
final class ScalarUnpacking implements Unpacking {
  private static final int STRIP = 64;

  @Override
  public void unpack(
      GroupQuantization scheme,
      int count,
      int depth,
      int[] words,
      float[] scales,
      int stride,
      float[] strips) {
    boolean roundsToHalf = scheme.modelType() == ElementType.FLOAT16;
    int mask = (1 << scheme.bits()) - 1;
    for (int k = 0; k < depth; k++) {
      int group = k / scheme.groupSize();
      int inGroup = k % scheme.groupSize();
      int word = group * scheme.wordsPerGroup() + inGroup / scheme.codesPerWord();
      int shift = scheme.bits() * (inGroup % scheme.codesPerWord());
      for (int n = 0; n < count; n++) {
        int code = words[word * stride + n] >>> shift & mask;
        float product = (code - scheme.zeroPoint()) * scales[group * stride + n];
        strips[Strips.index(STRIP, depth, n, k)] =
            roundsToHalf ? Float.float16ToFloat(Float.floatToFloat16(product)) : product;
      }
    }
  }
}
