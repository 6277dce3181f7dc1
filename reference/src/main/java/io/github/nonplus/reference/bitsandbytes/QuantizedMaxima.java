package io.github.nonplus.reference.bitsandbytes;

/// A matrix's block maxima in eight bits: their mean is taken off, blocks of 256 of what is left
/// are divided by their own maximum, and the share becomes a code of the [DynamicMap].
///
/// @param codes one for each block of the matrix
/// @param maxima of each 256 of them
/// @param offset the mean
public record QuantizedMaxima(byte[] codes, float[] maxima, float offset) {
  private static final int BLOCK = 256;

  static QuantizedMaxima of(float[] values) {
    float offset = TorchSum.mean(values);
    float[] maxima = new float[Math.ceilDiv(values.length, BLOCK)];
    byte[] codes = new byte[values.length];
    for (int block = 0; block < maxima.length; block++) {
      int end = Math.min(values.length, (block + 1) * BLOCK);
      for (int i = block * BLOCK; i < end; i++) {
        maxima[block] = Math.max(maxima[block], Math.abs(values[i] - offset));
      }
      for (int i = block * BLOCK; i < end; i++) {
        codes[i] = DynamicMap.code((values[i] - offset) / maxima[block]);
      }
    }
    return new QuantizedMaxima(codes, maxima, offset);
  }

  /// The values as they come back.
  float[] restored() {
    float[] values = new float[codes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = DynamicMap.value(codes[i]) * maxima[i / BLOCK] + offset;
    }
    return values;
  }

  /// Bytes of storage.
  long bytes() {
    return codes.length + (long) Float.BYTES * (maxima.length + 1);
  }
}
