package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {
  @TempDir Path folder;

  @Test
  void cachesForDataAreReadByLevel() throws IOException {
    cache(0, "1", "Data", "48K");
    cache(1, "1", "Instruction", "64K");
    cache(2, "2", "Unified", "2048K");
    cache(3, "3", "Unified", "480M");
    assertThat(Caches.read(folder)).isEqualTo(new Caches(48 << 10, 2 << 20));
  }

  @Test
  void whatIsNoSizeIsPassedOver() throws IOException {
    cache(0, "1", "Data", "0K");
    cache(1, "2", "Unified", "a lot");
    assertThat(Caches.read(folder)).isEqualTo(Caches.USUAL);
  }

  @Test
  void whereTheSystemDoesNotSayTheUsualOnesAreMeant() {
    assertThat(Caches.read(folder.resolve("none"))).isEqualTo(Caches.USUAL);
  }

  @Test
  void aStretchOfAStripAndATileFitTheFirstLevelAndAPanelHalfOfTheSecond() {
    for (int strip : new int[] {8, 16, 32}) {
      for (Caches caches : new Caches[] {Caches.USUAL, new Caches(48 << 10, 2 << 20)}) {
        Blocking blocking = Blocking.of(caches, strip);
        assertThat(blocking.inputs() * strip * Float.BYTES).isLessThan(caches.first() * 3 / 4);
        for (int depth : new int[] {64, 576, 2048, 4096, 14336}) {
          Blocking.Cut cut = blocking.cut(depth, 32000, 2);
          int inputs = cut.packsWholeDepth() ? depth : cut.inputs();
          assertThat(inputs * cut.outputs() * Float.BYTES)
              .as("%d inputs of %s", depth, cut)
              .isLessThanOrEqualTo(caches.second() / 2);
        }
      }
    }
  }

  @Test
  void manyWorkersHaveSeveralPanelsEach() {
    Blocking blocking = Blocking.of(new Caches(48 << 10, 2 << 20), 32);
    assertThat(blocking.cut(4096, 4096, 2).outputs()).isEqualTo(512);
    assertThat(blocking.cut(4096, 4096, 8).outputs()).isEqualTo(160);
  }

  private void cache(int index, String level, String type, String size) throws IOException {
    Path cache = Files.createDirectories(folder.resolve("index" + index));
    Files.writeString(cache.resolve("level"), level + "\n");
    Files.writeString(cache.resolve("type"), type + "\n");
    Files.writeString(cache.resolve("size"), size + "\n");
  }
}
