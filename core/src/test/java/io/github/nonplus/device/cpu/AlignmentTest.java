package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlignmentTest {
  /// Arrays begin at any multiple of 8 bytes, so what is missing to a line is an even number of
  /// floats or, with a header of 12 bytes, an odd one; with several arrays it differs.
  @Test
  void anArraysFirstLineBeginsWithinTheSlack() {
    List<float[]> arrays = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      arrays.add(new float[Alignment.SLACK + 2 * i + 1]);
    }
    List<Integer> begins = arrays.stream().map(Alignment::of).distinct().toList();
    assertThat(begins).hasSizeGreaterThan(1).allMatch(at -> at >= 0 && at <= Alignment.SLACK);
    assertThat(begins.stream().map(at -> at % 2).distinct()).hasSize(1);
  }

  /// An array of its own is as far from a line as the memory says that lies behind it.
  @Test
  void theNextArrayBeginsWhereTheOneBeforeEnds() {
    for (int i = 0; i < 100; i++) {
      float[] first = new float[61]; // with its header of 16 or 12 bytes, whole multiples of 8
      float[] second = new float[61];
      int bytes = (Alignment.of(first) - Alignment.of(second)) * Float.BYTES;
      if (Math.floorMod(bytes, 64) == (16 + 61 * 4 + 7) / 8 * 8 % 64) {
        return;
      }
    }
    assertThat(false).as("no two arrays lay side by side").isTrue();
  }
}
