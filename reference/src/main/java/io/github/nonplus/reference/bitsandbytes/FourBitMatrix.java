package io.github.nonplus.reference.bitsandbytes;

import java.util.Optional;

/// A matrix in four bits a value, as bitsandbytes stores it: read row by row as one list, in blocks
/// of 64 that run across rows, two codes a byte, the first in the upper half.
///
/// @param elements of the matrix
/// @param packed codes, ⌈elements / 2⌉ bytes
/// @param maxima the largest magnitude of each block
/// @param quantizedMaxima the same in eight bits, where double quantization is asked for
public record FourBitMatrix(
    CodeTable table,
    int elements,
    byte[] packed,
    float[] maxima,
    Optional<QuantizedMaxima> quantizedMaxima) {
  /// Values of a block.
  public static final int BLOCK = 64;

  /// Nothing smaller is divided by.
  private static final float SMALLEST = 1e-38f;

  /// Where values come from.
  @FunctionalInterface
  public interface Source {
    /// Copies elements `from` to `from + count` to the start of `target`.
    void copy(long from, int count, float[] target);
  }

  /// Quantizes a list of float32 values.
  ///
  /// @param doubleQuantized whether the blocks' maxima are quantized as well
  public static FourBitMatrix quantize(
      CodeTable table, int elements, Source source, boolean doubleQuantized) {
    byte[] packed = new byte[Math.ceilDiv(elements, 2)];
    float[] maxima = new float[Math.ceilDiv(elements, BLOCK)];
    float[] values = new float[BLOCK];
    byte[] codes = new byte[BLOCK];
    for (int block = 0; block < maxima.length; block++) {
      int from = block * BLOCK;
      int count = Math.min(BLOCK, elements - from);
      source.copy(from, count, values);
      maxima[block] = encode(table, values, count, codes);
      if (count % 2 == 1) {
        codes[count] = (byte) table.code(0); // an odd list is filled up with a zero
      }
      for (int i = 0; i < count; i += 2) {
        packed[(from + i) / 2] = (byte) (codes[i] << 4 | codes[i + 1]);
      }
    }
    return new FourBitMatrix(
        table,
        elements,
        packed,
        maxima,
        doubleQuantized ? Optional.of(QuantizedMaxima.of(maxima)) : Optional.empty());
  }

  /// Writes a block's codes.
  ///
  /// @return its maximum as it is stored
  private static float encode(CodeTable table, float[] values, int count, byte[] codes) {
    float largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    float divisor = Math.max(largest, SMALLEST);
    if (count < BLOCK) { // only a short last block is divided, and stores what it was divided by
      for (int i = 0; i < count; i++) {
        codes[i] = (byte) table.code(clamped(values[i] / divisor));
      }
      return divisor;
    }
    float reciprocal = 1 / divisor;
    for (int i = 0; i < count; i++) {
      codes[i] = (byte) table.code(clamped(values[i] * reciprocal));
    }
    return largest;
  }

  /// NaN stays what it is.
  private static float clamped(float share) {
    return Math.min(1, Math.max(-1, share));
  }

  /// What blocks are multiplied by: their maxima, after what a second quantization did to them.
  public float[] scales() {
    return quantizedMaxima.map(QuantizedMaxima::restored).orElse(maxima);
  }

  /// Writes elements `from` to `from + count` to the start of `target`: one float32 product each.
  ///
  /// @param scales of [#scales]
  public void dequantize(float[] scales, int from, int count, float[] target) {
    for (int i = 0; i < count; i++) {
      int at = from + i;
      int pair = packed[at / 2];
      int code = at % 2 == 0 ? pair >> 4 & 0xF : pair & 0xF;
      target[i] = table.value(code) * scales[at / BLOCK];
    }
  }

  /// Bytes of storage.
  public long bytes() {
    return packed.length
        + quantizedMaxima.map(QuantizedMaxima::bytes).orElse((long) Float.BYTES * maxima.length);
  }
}
