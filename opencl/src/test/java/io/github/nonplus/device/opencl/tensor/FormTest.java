package io.github.nonplus.device.opencl.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FormTest {
  @Test
  void everyElementOfTilesHasAPlaceOfItsOwn() {
    Set<Integer> places = new HashSet<>();
    for (int row = 0; row < 256; row++) {
      for (int column = 0; column < 192; column++) {
        places.add(Form.tiled(row, column, 192, 128));
      }
    }
    assertThat(places).hasSize(256 * 192).allMatch(place -> place < 256 * 192);
    assertThat(Form.HALF_TILES.bytes(192, 256)).isEqualTo(2 * 256 * 192);
  }

  @Test
  void aTileHoldsItsRowsOneAfterAnotherWithTheirChunksTurned() {
    assertThat(Form.tiled(0, 0, 128, 128)).isZero();
    assertThat(Form.tiled(0, 9, 128, 128)).isEqualTo(9);
    assertThat(Form.tiled(1, 0, 128, 128)).as("chunk 0 of row 1 lies at chunk 1").isEqualTo(64 + 8);
    assertThat(Form.tiled(9, 8, 128, 128)).as("chunk 1 of row 9 at chunk 0").isEqualTo(9 * 64);
    assertThat(Form.tiled(0, 64, 128, 128)).as("the next 64 columns").isEqualTo(128 * 64);
    assertThat(Form.tiled(128, 0, 128, 128)).as("the next 128 rows").isEqualTo(2 * 128 * 64);
  }

  @Test
  void aWidthThatIsNoMultipleOfATileTakesAWholeTile() {
    assertThat(Form.HALF_TILES.bytes(65, 128)).isEqualTo(2 * 128 * 128);
    assertThat(Form.HALF_ROWS.bytes(65, 128)).isEqualTo(2 * 65 * 128);
    assertThat(Form.FLOAT_ROWS.bytes(65, 128)).isEqualTo(4 * 65 * 128);
  }
}
