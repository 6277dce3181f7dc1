package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Unpacking;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Groups;
import io.github.nonplus.weights.InputCodes;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
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

  /// Whole numbers that are read at once, for one vector of weights or several.
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;

  private static final int NUMBERS = BYTES.length();

  private static final int TILE = VectorKernels.tileOutputs(SPECIES.vectorBitSize());

  /// One input of a tile.
  private static final VectorSpecies<Float> TILES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(TILE * Float.SIZE));

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
  public void compose(Groups groups, int count, float[] weights, int weightsAt) {
    boolean suits = groups.size % NUMBERS == 0 && (groups.table == null || LENGTH * 2 >= NUMBERS);
    int whole = suits ? count / NUMBERS * NUMBERS : 0;
    if (groups.unit != 1 || groups.factor != 1 || groups.divisor != 1) {
      allSteps(groups, whole, weights, weightsAt);
    } else if (groups.hasOffsets) {
      scaledAndMoved(groups, whole, weights, weightsAt);
    } else {
      scaled(groups, whole, weights, weightsAt);
    }
    groups.compose(whole, count - whole, weights, weightsAt + whole);
  }

  private static void scaled(Groups groups, int count, float[] weights, int weightsAt) {
    int most = groups.size / NUMBERS;
    boolean areCodes = groups.table != null;
    IntVector low = table(groups, 0);
    IntVector high = table(groups, NUMBERS - LENGTH);
    for (int i = 0, group = 0, left = most; i < count; i += NUMBERS) {
      ByteVector numbers = ByteVector.fromArray(BYTES, groups.numbers, i);
      FloatVector scale = FloatVector.broadcast(SPECIES, groups.scales[group]);
      for (int part = 0; part < NUMBERS / LENGTH; part++) {
        FloatVector number = areCodes ? meanings(numbers, part, low, high) : floats(numbers, part);
        number.mul(scale).intoArray(weights, weightsAt + i + part * LENGTH);
      }
      if (--left == 0) {
        group++;
        left = most;
      }
    }
  }

  private static void scaledAndMoved(Groups groups, int count, float[] weights, int weightsAt) {
    int most = groups.size / NUMBERS;
    for (int i = 0, group = 0, left = most; i < count; i += NUMBERS) {
      ByteVector numbers = ByteVector.fromArray(BYTES, groups.numbers, i);
      FloatVector scale = FloatVector.broadcast(SPECIES, groups.scales[group]);
      FloatVector offset = FloatVector.broadcast(SPECIES, groups.offsets[group]);
      for (int part = 0; part < NUMBERS / LENGTH; part++) {
        FloatVector weight = floats(numbers, part).mul(scale).add(offset);
        weight.intoArray(weights, weightsAt + i + part * LENGTH);
      }
      if (--left == 0) {
        group++;
        left = most;
      }
    }
  }

  private static void allSteps(Groups groups, int count, float[] weights, int weightsAt) {
    int most = groups.size / NUMBERS;
    boolean areCodes = groups.table != null;
    boolean isDivided = groups.divisor != 1;
    IntVector low = table(groups, 0);
    IntVector high = table(groups, NUMBERS - LENGTH);
    for (int i = 0, group = 0, left = most; i < count; i += NUMBERS) {
      ByteVector numbers = ByteVector.fromArray(BYTES, groups.numbers, i);
      FloatVector scale = FloatVector.broadcast(SPECIES, groups.scales[group]);
      for (int part = 0; part < NUMBERS / LENGTH; part++) {
        FloatVector number = areCodes ? meanings(numbers, part, low, high) : floats(numbers, part);
        FloatVector weight = number.mul(groups.unit).mul(scale).mul(groups.factor);
        if (isDivided) {
          weight = weight.div(groups.divisor);
        }
        if (groups.hasOffsets) {
          weight = weight.add(groups.offsets[group]);
        }
        weight.intoArray(weights, weightsAt + i + part * LENGTH);
      }
      if (--left == 0) {
        group++;
        left = most;
      }
    }
  }

  /// The bits of a vector of what codes mean; of numbers nothing.
  private static IntVector table(Groups groups, int first) {
    return groups.table == null || first < 0
        ? IntVector.zero(INTEGERS)
        : FloatVector.fromArray(SPECIES, groups.table, first).reinterpretAsInts();
  }

  private static FloatVector floats(ByteVector numbers, int part) {
    return (FloatVector) numbers.convertShape(VectorOperators.B2F, SPECIES, part);
  }

  /// What codes mean by a table of one vector or two: the same twice, or its halves.
  private static FloatVector meanings(ByteVector codes, int part, IntVector low, IntVector high) {
    IntVector indices = (IntVector) codes.convertShape(VectorOperators.B2I, INTEGERS, part);
    IntVector within = indices.and(LENGTH - 1);
    IntVector bits = within.selectFrom(low);
    if (LENGTH < NUMBERS) {
      bits = bits.blend(within.selectFrom(high), indices.compare(VectorOperators.GE, LENGTH));
    }
    return bits.reinterpretAsFloats();
  }

  @Override
  public void compose(InputCodes codes, int count, float[] weights, int weightsAt) {
    if (!codes.rounding.holdsEveryFloat()) {
      codes.compose(count, weights, weightsAt);
      return;
    }
    int n = 0;
    for (; n + LENGTH <= count; n += LENGTH) {
      IntVector code =
          IntVector.fromArray(INTEGERS, codes.words, n)
              .lanewise(VectorOperators.LSHR, codes.shift)
              .and(codes.mask);
      ((FloatVector) code.convert(VectorOperators.I2F, 0))
          .sub(FloatVector.fromArray(SPECIES, codes.zeros, codes.at + n))
          .mul(FloatVector.fromArray(SPECIES, codes.scales, codes.at + n))
          .intoArray(weights, weightsAt + n);
    }
    for (; n < count; n++) {
      float code = codes.words[n] >>> codes.shift & codes.mask;
      weights[weightsAt + n] = (code - codes.zeros[codes.at + n]) * codes.scales[codes.at + n];
    }
  }

  @Override
  public void deal(
      float[] block, int blockAt, int outputs, int inputs, int width, float[] tile, int tileAt) {
    if (width != TILE) {
      throw new IllegalArgumentException("tiles of " + width + " outputs");
    }
    for (int k = 0; k < inputs; k++) {
      FloatVector.fromArray(TILES, block, blockAt + k * outputs).intoArray(tile, tileAt + k * TILE);
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
    IntVector first =
        words.rearrange(OUTPUTS_OF_WORDS).lanewise(VectorOperators.LSHR, INPUT.mul(bits));
    for (int i = 0; i < count; i += INPUTS) {
      // Of `first`, whose class the compiler knows: of what an earlier turn left, it would have to
      // have seen it often enough.
      IntVector codes = first.lanewise(VectorOperators.LSHR, i * bits);
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
