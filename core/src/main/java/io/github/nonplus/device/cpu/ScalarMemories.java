package io.github.nonplus.device.cpu;

import java.util.Arrays;

/// The definition of memories: plain loops.
final class ScalarMemories implements Memories {
  @Override
  public void remember(
      float[] state, int stateAt, int columns, int column, Tokens tokens, boolean corrects) {
    float[] change = new float[columns];
    for (int t = 0; t < tokens.count(); t++) {
      int row = t * tokens.rows();
      int keyRow = tokens.keyAt() + t * tokens.keyStride();
      int at = t * tokens.width() + column;
      Arrays.fill(change, 0);
      for (int i = 0; corrects && i < tokens.rows(); i++) {
        for (int c = 0; c < columns; c++) {
          change[c] =
              Math.fma(tokens.faded()[row + i], state[stateAt + i * columns + c], change[c]);
        }
      }
      for (int c = 0; c < columns; c++) {
        change[c] = tokens.step()[t] * (tokens.value()[at + c] - change[c]);
        tokens.out()[at + c] = 0;
      }
      for (int i = 0; i < tokens.rows(); i++) {
        for (int c = 0; c < columns; c++) {
          int s = stateAt + i * columns + c;
          state[s] =
              Math.fma(tokens.key()[keyRow + i], change[c], tokens.kept()[row + i] * state[s]);
          tokens.out()[at + c] =
              Math.fma(tokens.query()[keyRow + i], state[s], tokens.out()[at + c]);
        }
      }
    }
  }
}
