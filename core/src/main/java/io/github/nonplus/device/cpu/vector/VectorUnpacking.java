package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Unpacking;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.weights.ElementType;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Codes are unpacked a vector of a word's at a time: each lane shifts its own to the lowest bits.
/// What a vector has too many is overwritten by the next word's.
final class VectorUnpacking implements Unpacking {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> INTEGERS = SPECIES.withLanes(int.class);
  private static final int LENGTH = SPECIES.length();
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(LENGTH * Short.SIZE));

  /// Bits of a float32 that a float16 lacks.
  private static final int LOST_BITS = 13;

  private static final float LEAST_NORMAL_HALF = 0x1p-14f;
  private static final float LARGEST_HALF = 65504;

  /// Its unit in the last place, 2^-24, is the least float16 above 0: a small number that is added
  /// to it and taken away again is rounded to a multiple of that.
  private static final float SMALL_ROUNDER = 0.75f;

  @Override
  public void widen(ElementType type, short[] halves, int count, float[] weights, int weightsAt) {
    switch (type) {
      case FLOAT16 -> {
        // The compiler makes vectors of this; there are none of float16 to write it with.
        for (int i = 0; i < count; i++) {
          weights[weightsAt + i] = Float.float16ToFloat(halves[i]);
        }
      }
      case BFLOAT16 -> upperHalves(halves, count, weights, weightsAt);
      case FLOAT32, UINT32 -> throw new IllegalArgumentException(type + " has no 16 bits");
    }
  }

  /// A bfloat16 is the upper half of a float32.
  private static void upperHalves(short[] halves, int count, float[] weights, int weightsAt) {
    int i = 0;
    for (; i + LENGTH <= count; i += LENGTH) {
      ShortVector.fromArray(SHORTS, halves, i)
          .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTEGERS, 0)
          .reinterpretAsInts()
          .lanewise(VectorOperators.LSHL, Short.SIZE)
          .reinterpretAsFloats()
          .intoArray(weights, weightsAt + i);
    }
    for (; i < count; i++) {
      weights[weightsAt + i] = Float.intBitsToFloat(halves[i] << Short.SIZE);
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
    int bits = scheme.bits();
    int zeroPoint = scheme.zeroPoint();
    int codesPerWord = scheme.codesPerWord();
    for (int group = 0; group * scheme.groupSize() < inputs; group++) {
      float scale = scales[wordsAt + group * stride];
      boolean normal = staysNormal(scale, bits);
      int word = wordsAt + group * scheme.wordsPerGroup() * stride;
      int end = Math.min(inputs, (group + 1) * scheme.groupSize());
      for (int k = group * scheme.groupSize(); k < end; k += codesPerWord, word += stride) {
        for (int i = 0; i < codesPerWord && k + i < end; i += LENGTH) {
          FloatVector product = product(words[word], i, bits, zeroPoint, scale);
          if (roundsToHalf) {
            product = normal ? nearest(product) : nearestAnywhere(product);
          }
          product.intoArray(weights, weightsAt + k + i);
        }
      }
    }
  }

  /// The products of a word's codes `first`… with their scale; exact if the scale has the bits of a
  /// float16.
  private static FloatVector product(int word, int first, int bits, int zeroPoint, float scale) {
    IntVector shifts = IntVector.zero(INTEGERS).addIndex(1).add(first).mul(bits);
    IntVector codes =
        IntVector.broadcast(INTEGERS, word)
            .lanewise(VectorOperators.LSHR, shifts)
            .and((1 << bits) - 1)
            .sub(zeroPoint);
    return ((FloatVector) codes.convert(VectorOperators.I2F, 0)).mul(scale);
  }

  /// Whether every product with this scale is 0 or a normal float16.
  private static boolean staysNormal(float scale, int bits) {
    float size = Math.abs(scale);
    return size == 0 || (size >= LEAST_NORMAL_HALF && size <= LARGEST_HALF / (1 << bits));
  }

  /// The nearest number with the mantissa of a float16, the even one of two.
  private static FloatVector nearest(FloatVector x) {
    IntVector all = x.reinterpretAsInts();
    IntVector even = all.lanewise(VectorOperators.LSHR, LOST_BITS).and(1);
    return all.add(even).add((1 << (LOST_BITS - 1)) - 1).and(-1 << LOST_BITS).reinterpretAsFloats();
  }

  /// Rounds small products to a multiple of the least float16 and large ones to infinity.
  private static FloatVector nearestAnywhere(FloatVector product) {
    FloatVector size = product.abs();
    FloatVector rounded = nearest(size);
    rounded =
        rounded.blend(Float.POSITIVE_INFINITY, rounded.compare(VectorOperators.GT, LARGEST_HALF));
    rounded =
        rounded.blend(
            size.add(SMALL_ROUNDER).sub(SMALL_ROUNDER),
            size.compare(VectorOperators.LT, LEAST_NORMAL_HALF));
    IntVector sign = product.reinterpretAsInts().and(Integer.MIN_VALUE);
    return rounded.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }
}
