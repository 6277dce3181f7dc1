package io.github.nonplus.device.cpu;

import io.github.nonplus.program.operand.View;

/// A stretch of tokens of one window as recurrences read it, a token's columns side by side; in a
/// frame they are a strip's width apart.
record ScanScratch(Frame frame, int from, int tokens) {
  /// Tokens of a stretch, at most.
  static final int TOKENS = 32;

  /// Copies `count` columns of a view.
  ///
  /// @param stride numbers from one token to the next in `into`
  void gather(View view, int column, int count, float[] into, int stride) {
    int width = frame.layout().width();
    float[] arena = frame.arena();
    for (int t = 0; t < tokens; ) {
      int token = from + t;
      int end = Math.min(tokens, t + width - token % width);
      int at = frame.at(view, token / width, column) + token % width;
      for (int c = 0; c < count; c++) {
        for (int i = t; i < end; i++) {
          into[i * stride + c] = arena[at + c * width + i - t];
        }
      }
      t = end;
    }
  }

  /// Copies columns back.
  void scatter(float[] from, int stride, View view, int column, int count) {
    int width = frame.layout().width();
    float[] arena = frame.arena();
    for (int t = 0; t < tokens; ) {
      int token = from() + t;
      int end = Math.min(tokens, t + width - token % width);
      int at = frame.at(view, token / width, column) + token % width;
      for (int c = 0; c < count; c++) {
        for (int i = t; i < end; i++) {
          arena[at + c * width + i - t] = from[i * stride + c];
        }
      }
      t = end;
    }
  }

  /// `count` rounded up to whole vectors of any length.
  static int padded(int count) {
    return Math.ceilDiv(count, Kernels.LANES) * Kernels.LANES;
  }
}
