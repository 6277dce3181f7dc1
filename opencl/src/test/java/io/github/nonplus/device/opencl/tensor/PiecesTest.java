package io.github.nonplus.device.opencl.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.opencl.tensor.Pieces.Piece;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PiecesTest {
  private static final int ROWS = 8192;
  private static final int UNITS = 132;
  private static final long ROOM = 68L << 20;

  /// The products of a Llama of 7 billion parameters: taken whole they need as many rounds.
  @ParameterizedTest
  @CsvSource({"48, 4096", "16, 4096", "86, 4096", "16, 11008", "125, 4096"})
  void piecesFindRoomAndLeaveNoMoreIdleThanTheWhole(int tiles, int inputs) {
    Pieces pieces = Pieces.of(tiles, inputs, ROWS, UNITS);
    assertThat(pieces.bytes(inputs)).isLessThanOrEqualTo(ROOM);
    assertThat(pieces.rounds(ROWS / 128, UNITS))
        .isEqualTo(new Pieces(tiles, tiles).rounds(ROWS / 128, UNITS));
  }

  @ParameterizedTest
  @CsvSource({"1, 64, 1, 1", "7, 64, 1, 1", "86, 4096, 2048, 132", "501, 8192, 100, 114"})
  void everyTileIsInOnePiece(int tiles, int inputs, int rows, int units) {
    int next = 0;
    for (Piece piece : Pieces.of(tiles, inputs, rows, units).list()) {
      assertThat(piece.first()).isEqualTo(next);
      assertThat(piece.tiles()).isPositive();
      next += piece.tiles();
    }
    assertThat(next).isEqualTo(tiles);
  }

  @Test
  void whatFindsRoomIsOnePiece() {
    assertThat(Pieces.of(16, 4096, ROWS, UNITS)).isEqualTo(new Pieces(16, 16));
  }

  @Test
  void aTileThatNeedsMoreThanAllRoomIsAPieceOfItsOwn() {
    assertThat(Pieces.of(3, 1 << 20, ROWS, UNITS)).isEqualTo(new Pieces(3, 1));
  }

  @Test
  void theLastPieceEndsWithTheOutputs() {
    assertThat(new Piece(2, 3).endOutput(1000)).isEqualTo(1000);
    assertThat(new Piece(0, 3).endOutput(1000)).isEqualTo(768);
  }
}
