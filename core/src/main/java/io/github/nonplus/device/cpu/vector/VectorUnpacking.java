package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Unpacking;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.weights.ElementType;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Unpacks a vector of outputs at a time: their words and scales lie side by side, and so do their
/// weights in a strip.
final class VectorUnpacking implements Unpacking {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> INTEGERS = SPECIES.withLanes(int.class);
  private static final int LENGTH = SPECIES.length();
  private static final int STRIP = 2 * LENGTH;

  /// Bits of a float32 that a float16 lacks.
  private static final int LOST_BITS = 13;

  private static final float LEAST_NORMAL_HALF = 0x1p-14f;
  private static final float LARGEST_HALF = 65504;

  /// Its unit in the last place, 2^-24, is the least float16 above 0: a small number that is added
  /// to it and taken away again is rounded to a multiple of that.
  private static final float SMALL_ROUNDER = 0.75f;

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
    int bits = scheme.bits();
    int zeroPoint = scheme.zeroPoint();
    for (int n = 0; n < count; n += LENGTH) {
      int column = (n - n % STRIP) * depth + n % STRIP;
      for (int k = 0, word = 0; k < depth; word++) {
        int group = word / scheme.wordsPerGroup();
        int end = Math.min(depth, (group + 1) * scheme.groupSize());
        int codes = Math.min(scheme.codesPerWord(), end - k);
        FloatVector scale = FloatVector.fromArray(SPECIES, scales, group * stride + n);
        IntVector packed = IntVector.fromArray(INTEGERS, words, word * stride + n);
        int at = column + k * STRIP;
        if (!roundsToHalf) {
          exact(packed, bits, zeroPoint, scale, codes, strips, at);
        } else if (staysNormal(scale, bits)) {
          rounded(packed, bits, zeroPoint, scale, codes, strips, at);
        } else {
          roundedAnywhere(packed, bits, zeroPoint, scale, codes, strips, at);
        }
        k += codes;
      }
    }
  }

  /// The product of the lowest codes with their scales; exact if a scale has the bits of a float16.
  private static FloatVector product(IntVector packed, int bits, int zeroPoint, FloatVector scale) {
    IntVector codes = packed.and((1 << bits) - 1).sub(zeroPoint);
    return ((FloatVector) codes.convert(VectorOperators.I2F, 0)).mul(scale);
  }

  private static void exact(
      IntVector packed,
      int bits,
      int zeroPoint,
      FloatVector scale,
      int codes,
      float[] strips,
      int at) {
    for (int i = 0; i < codes; i++) {
      product(packed, bits, zeroPoint, scale).intoArray(strips, at + i * STRIP);
      packed = packed.lanewise(VectorOperators.LSHR, bits);
    }
  }

  /// Whether every product with these scales is 0 or a normal float16.
  private static boolean staysNormal(FloatVector scale, int bits) {
    FloatVector size = scale.abs();
    return size.compare(VectorOperators.GE, LEAST_NORMAL_HALF)
        .or(size.compare(VectorOperators.EQ, 0))
        .and(size.compare(VectorOperators.LE, LARGEST_HALF / (1 << bits)))
        .allTrue();
  }

  private static void rounded(
      IntVector packed,
      int bits,
      int zeroPoint,
      FloatVector scale,
      int codes,
      float[] strips,
      int at) {
    for (int i = 0; i < codes; i++) {
      nearest(product(packed, bits, zeroPoint, scale)).intoArray(strips, at + i * STRIP);
      packed = packed.lanewise(VectorOperators.LSHR, bits);
    }
  }

  /// The nearest number with the mantissa of a float16, the even one of two.
  private static FloatVector nearest(FloatVector x) {
    IntVector all = x.reinterpretAsInts();
    IntVector even = all.lanewise(VectorOperators.LSHR, LOST_BITS).and(1);
    return all.add(even).add((1 << (LOST_BITS - 1)) - 1).and(-1 << LOST_BITS).reinterpretAsFloats();
  }

  /// Rounds small products to a multiple of the least float16 and large ones to infinity.
  private static void roundedAnywhere(
      IntVector packed,
      int bits,
      int zeroPoint,
      FloatVector scale,
      int codes,
      float[] strips,
      int at) {
    for (int i = 0; i < codes; i++) {
      FloatVector product = product(packed, bits, zeroPoint, scale);
      FloatVector size = product.abs();
      FloatVector rounded = nearest(size);
      rounded =
          rounded.blend(Float.POSITIVE_INFINITY, rounded.compare(VectorOperators.GT, LARGEST_HALF));
      rounded =
          rounded.blend(
              size.add(SMALL_ROUNDER).sub(SMALL_ROUNDER),
              size.compare(VectorOperators.LT, LEAST_NORMAL_HALF));
      IntVector sign = product.reinterpretAsInts().and(Integer.MIN_VALUE);
      rounded.reinterpretAsInts().or(sign).reinterpretAsFloats().intoArray(strips, at + i * STRIP);
      packed = packed.lanewise(VectorOperators.LSHR, bits);
    }
  }
}
