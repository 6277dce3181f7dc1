package io.github.nonplus.quantization;

/// Where the weights of a matrix come from that is to be quantized; asked from several threads at
/// once.
@FunctionalInterface
public interface Rows {
  /// Writes row `row` to `target[0…]`, every value already one of the scheme's model type.
  void read(int row, float[] target);
}
