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
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Codes are unpacked in the order of tiles: neighbouring outputs' words lie side by side, so a
/// vector of them, shifted, has the weights of a whole tile for one input or two.
final class VectorUnpacking implements Unpacking {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> INTEGERS = SPECIES.withLanes(int.class);
  private static final int LENGTH = SPECIES.length();
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(LENGTH * Short.SIZE));

  private static final int TILE = VectorKernels.tileOutputs(SPECIES.vectorBitSize());

  /// Inputs of a tile that a vector holds.
  private static final int INPUTS = Math.max(1, LENGTH / TILE);

  /// A tile's numbers, over and over.
  private static final VectorShuffle<Float> OUTPUTS =
      VectorShuffle.fromArray(SPECIES, lanes(true), 0);

  private static final VectorShuffle<Integer> OUTPUTS_OF_WORDS =
      VectorShuffle.fromArray(INTEGERS, lanes(true), 0);

  /// Which input of the word a lane has.
  private static final IntVector INPUT = IntVector.fromArray(INTEGERS, lanes(false), 0);

  /// Bits of a float32 that a float16 lacks, and a bfloat16.
  private static final int LOST_BITS = 13;

  private static final int LOWER_HALF = 16;

  private static final float LEAST_NORMAL_HALF = 0x1p-14f;
  private static final float LARGEST_HALF = 65504;

  /// Its unit in the last place, 2^-24, is the least float16 above 0: a small number that is added
  /// to it and taken away again is rounded to a multiple of that.
  private static final float SMALL_ROUNDER = 0.75f;

  private static int[] lanes(boolean areOutputs) {
    int[] lanes = new int[LENGTH];
    for (int lane = 0; lane < LENGTH; lane++) {
      lanes[lane] = areOutputs ? lane % TILE : lane / TILE;
    }
    return lanes;
  }

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
      case FLOAT32 -> throw new IllegalArgumentException(type + " has no 16 bits");
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
      int width,
      int[] words,
      float[] scales,
      int at,
      int stride,
      float[] tile,
      int tileAt) {
    if (width != TILE) {
      throw new IllegalArgumentException("tiles of " + width + " outputs");
    }
    ElementType rounding = scheme.modelType();
    for (int group = 0; group * scheme.groupSize() < inputs; group++) {
      int from = group * scheme.groupSize();
      int end = Math.min(inputs, from + scheme.groupSize());
      for (int n = 0; n < TILE; n += LENGTH) {
        FloatVector scale = FloatVector.fromArray(SPECIES, scales, at + group * stride + n);
        scale = scale.rearrange(OUTPUTS);
        boolean isNormal = staysNormal(scale, scheme.bits());
        int word = at + group * scheme.wordsPerGroup() * stride + n;
        for (int k = from; k < end; k += scheme.codesPerWord(), word += stride) {
          IntVector codes = IntVector.fromArray(INTEGERS, words, word);
          int count = Math.min(scheme.codesPerWord(), end - k);
          word(scheme, codes, count, scale, isNormal, rounding, tile, tileAt + k * TILE + n);
        }
      }
    }
  }

  /// Unpacks `count` codes of one word of each output.
  private static void word(
      GroupQuantization scheme,
      IntVector words,
      int count,
      FloatVector scale,
      boolean isNormal,
      ElementType rounding,
      float[] tile,
      int to) {
    int bits = scheme.bits();
    IntVector codes =
        words.rearrange(OUTPUTS_OF_WORDS).lanewise(VectorOperators.LSHR, INPUT.mul(bits));
    for (int i = 0; i < count; i += INPUTS) {
      FloatVector numbers =
          (FloatVector)
              codes.and((1 << bits) - 1).sub(scheme.zeroPoint()).convert(VectorOperators.I2F, 0);
      FloatVector exact = numbers.mul(scale);
      FloatVector product =
          switch (rounding) {
            case FLOAT32 -> exact;
            case FLOAT16 -> isNormal ? nearest(exact, LOST_BITS) : nearestHalf(exact);
            case BFLOAT16 -> nearest(exact, LOWER_HALF);
          };
      if (i + INPUTS <= count) {
        product.intoArray(tile, to + i * TILE);
      } else {
        product.intoArray(tile, to + i * TILE, SPECIES.indexInRange(0, (count - i) * TILE));
      }
      codes = codes.lanewise(VectorOperators.LSHR, INPUTS * bits);
    }
  }

  /// Whether every product with these scales is 0 or of the size of a normal float16.
  private static boolean staysNormal(FloatVector scale, int bits) {
    FloatVector size = scale.abs();
    return size.compare(VectorOperators.EQ, 0)
        .or(
            size.compare(VectorOperators.GE, LEAST_NORMAL_HALF)
                .and(size.compare(VectorOperators.LE, LARGEST_HALF / (1 << bits))))
        .allTrue();
  }

  /// The nearest number with a mantissa shorter by so many bits, the even one of two.
  private static FloatVector nearest(FloatVector x, int lost) {
    IntVector all = x.reinterpretAsInts();
    IntVector even = all.lanewise(VectorOperators.LSHR, lost).and(1);
    return all.add(even).add((1 << (lost - 1)) - 1).and(-1 << lost).reinterpretAsFloats();
  }

  /// Rounds small products to a multiple of the least float16 and large ones to infinity.
  private static FloatVector nearestHalf(FloatVector product) {
    FloatVector size = product.abs();
    FloatVector rounded = nearest(size, LOST_BITS);
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
