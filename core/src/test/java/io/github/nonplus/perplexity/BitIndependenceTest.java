package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.device.DeviceOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bits of a token's loss depend on its window alone: not on what else is in the batch, nor on
/// how many threads there are, nor on the order of windows.
class BitIndependenceTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");
  private static final int COUNT = 65;

  @TempDir Path directory;

  private final List<int[]> windows = new ArrayList<>();
  private double[][] expected;

  @BeforeEach
  void scoreThemOneByOne() {
    Random random = new Random(1);
    for (int w = 0; w < COUNT; w++) {
      windows.add(random.ints(2 + random.nextInt(40), 0, 4096).toArray());
    }
    expected = tokens(windows, 1, 1);
  }

  @Test
  void batchesOf7WindowsGiveTheSameBits() {
    assertThat(tokens(windows, 7, 1)).isDeepEqualTo(expected);
  }

  @Test
  void batchesOf64WindowsGiveTheSameBits() {
    assertThat(tokens(windows, 64, 1)).isDeepEqualTo(expected);
  }

  @Test
  void twoThreadsGiveTheSameBits() {
    assertThat(tokens(windows, 1, 2)).isDeepEqualTo(expected);
    assertThat(tokens(windows, 64, 2)).isDeepEqualTo(expected);
  }

  @Test
  void anotherOrderGivesTheSameBits() {
    List<Integer> order = new ArrayList<>();
    for (int w = 0; w < COUNT; w++) {
      order.add(w);
    }
    Collections.shuffle(order, new Random(2));
    double[][] found = tokens(order.stream().map(windows::get).toList(), 7, 2);
    for (int w = 0; w < COUNT; w++) {
      assertThat(found[w]).isEqualTo(expected[order.get(w)]);
    }
  }

  private double[][] tokens(List<int[]> chosen, int batch, int threads) {
    Windows file = Windows.of(chosen.toArray(int[][]::new));
    Path path = WindowsFile.write(directory.resolve("windows.txt"), file).path();
    return TestRun.of(
            MODEL, path, OptionalInt.of(batch), new DeviceOptions(threads, Optional.empty()))
        .tokens();
  }
}
