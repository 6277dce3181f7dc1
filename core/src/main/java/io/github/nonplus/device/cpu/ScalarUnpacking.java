package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Groups;
import io.github.nonplus.weights.InputCodes;

/// The definition of unpacking: a weight at a time.
final class ScalarUnpacking implements Unpacking {
  @Override
  public void widen(ElementType type, short[] halves, int count, float[] weights, int weightsAt) {
    for (int i = 0; i < count; i++) {
      weights[weightsAt + i] =
          switch (type) {
            case FLOAT16 -> Float.float16ToFloat(halves[i]);
            case BFLOAT16 -> Float.intBitsToFloat(halves[i] << 16); // the upper half of a float32
            case FLOAT32 -> throw new IllegalArgumentException(type + " has no 16 bits");
          };
    }
  }

  @Override
  public void compose(Groups groups, int count, float[] weights, int weightsAt) {
    groups.compose(0, count, weights, weightsAt);
  }

  @Override
  public void compose(InputCodes codes, int count, float[] weights, int weightsAt) {
    codes.compose(count, weights, weightsAt);
  }

  @Override
  public void deal(
      float[] block, int blockAt, int outputs, int inputs, int width, float[] tile, int tileAt) {
    for (int k = 0; k < inputs; k++) {
      System.arraycopy(block, blockAt + k * outputs, tile, tileAt + k * width, width);
    }
  }

  @Override
  public void unpack(
      GroupQuantization scheme,
      int inputs,
      int width,
      int[] words,
      float[] scales,
      int at,
      int stride,
      float[] tile,
      int tileAt) {
    int mask = (1 << scheme.bits()) - 1;
    for (int k = 0; k < inputs; k++) {
      int group = k / scheme.groupSize();
      int inGroup = k % scheme.groupSize();
      int word = group * scheme.wordsPerGroup() + inGroup / scheme.codesPerWord();
      int shift = scheme.bits() * (inGroup % scheme.codesPerWord());
      for (int n = 0; n < width; n++) {
        int code = words[at + word * stride + n] >>> shift & mask;
        float product = (code - scheme.zeroPoint()) * scales[at + group * stride + n];
        tile[tileAt + k * width + n] = scheme.rounded(product);
      }
    }
  }
}
