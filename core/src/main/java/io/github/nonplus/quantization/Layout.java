package io.github.nonplus.quantization;

/// The storage order of a quantized linear layer with N outputs and K inputs.
public enum Layout {
  /// One output's words after another's: `q_weight` is [N, words], `q_scale` [N, groups].
  NK,
  /// Transposed: `q_weight` is [words, N], `q_scale` [groups, N]. Packing still runs along K.
  KN
}
