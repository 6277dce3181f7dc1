package io.github.nonplus.device.opencl.tensor;

import java.util.ArrayList;
import java.util.List;

/// A product's tiles of outputs in pieces, each of which finds room in the scratch.
///
/// The multiprocessors take a tile each, round after round, and those that find none in a piece's
/// last round are idle. So of all sizes that find room that one is taken with which the rounds are
/// fewest, and of several the largest.
///
/// @param tiles of [Scratch#TILE_OUTPUTS] outputs, in all
/// @param size tiles of each piece but the last, which may have fewer
record Pieces(int tiles, int size) {
  /// Bytes of expanded weights that the scratch has room for, unless a single tile needs more: a
  /// fourth of a tile for each multiprocessor of an H100 or H200, of 4,096 inputs, so that rows in
  /// thousands fill whole rounds.
  private static final long ROOM = 68L << 20;

  /// Tiles from `first` on.
  record Piece(int first, int tiles) {
    int firstOutput() {
      return first * Scratch.TILE_OUTPUTS;
    }

    /// The first of a product's outputs behind this piece.
    int endOutput(int outputs) {
      return Math.min(outputs, (first + tiles) * Scratch.TILE_OUTPUTS);
    }
  }

  /// @param inputs of the product
  /// @param rows of a full batch
  /// @param units multiprocessors
  static Pieces of(int tiles, int inputs, int rows, int units) {
    long room = Math.max(1, ROOM / Scratch.bytes(Scratch.TILE_OUTPUTS, inputs));
    Pieces best = new Pieces(tiles, 1);
    long fewest = Long.MAX_VALUE;
    for (int size = (int) Math.min(room, tiles); size > 0; size--) {
      Pieces pieces = new Pieces(tiles, size);
      long rounds = pieces.rounds(Math.ceilDiv(rows, Form.TILE_ROWS), units);
      if (rounds < fewest) {
        best = pieces;
        fewest = rounds;
      }
    }
    return best;
  }

  /// Rounds of all multiprocessors.
  long rounds(int rowTiles, int units) {
    return list().stream()
        .mapToLong(piece -> Math.ceilDiv((long) piece.tiles() * rowTiles, units))
        .sum();
  }

  List<Piece> list() {
    List<Piece> pieces = new ArrayList<>();
    for (int first = 0; first < tiles; first += size) {
      pieces.add(new Piece(first, Math.min(size, tiles - first)));
    }
    return pieces;
  }

  /// Bytes of the largest piece, expanded.
  long bytes(int inputs) {
    return Scratch.bytes(size * Scratch.TILE_OUTPUTS, inputs);
  }
}
