package io.github.nonplus.device.cpu;

/// What one worker needs beside the arena. Allocated once, as large as the largest operation needs.
final class Scratch {
  /// Rows of activations that go through a panel together, so that their products stay in cache.
  static final int TILE_ROWS = 64;

  /// Weights of one panel as stored, then transposed.
  final float[] rows;

  final float[] panel;

  /// Products of one tile of rows with one panel.
  final float[] tile;

  /// One head's keys, transposed, and one query's scores.
  final float[] keyColumns;

  final float[] scores;

  /// @param depth the most inputs of any product
  /// @param width outputs of a panel
  /// @param headSize the largest, 0 if nothing attends
  /// @param tokens the longest window
  Scratch(int depth, int width, int headSize, int tokens) {
    rows = new float[Math.multiplyExact(depth, width)];
    panel = new float[rows.length];
    tile = new float[TILE_ROWS * width];
    keyColumns = new float[Math.multiplyExact(headSize, tokens)];
    scores = new float[tokens];
  }
}
