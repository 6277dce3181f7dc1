package io.github.nonplus.device.cpu;

/// How activations lie in memory: in strips of `width` tokens, one strip after another, and in a
/// strip column after column, so that the same column of neighbouring tokens fills a vector.
/// Whatever is done to a token is then done to a vector of them, without a sum across a vector, and
/// a product writes what the next one reads. Tokens that fill up the last strip may be anything.
///
/// @param width tokens of a strip
record Strips(int width) {
  /// How many strips hold `tokens`.
  int count(int tokens) {
    return Math.ceilDiv(tokens, width);
  }

  /// `tokens` rounded up to whole strips.
  int padded(int tokens) {
    return Math.multiplyExact(count(tokens), width);
  }

  /// Where column `column` of `token` lies in a buffer of `columns` columns.
  int index(int columns, int token, int column) {
    return (token - token % width) * columns + column * width + token % width;
  }
}
