package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {
  private static final Caches ZEN_4 = new Caches(32 << 10, 1 << 20);
  private static final Caches XEON = new Caches(48 << 10, 2 << 20);

  @TempDir Path folder;

  @Test
  void cachesForDataAreReadByLevel() throws IOException {
    cache(0, "1", "Data", "48K");
    cache(1, "1", "Instruction", "64K");
    cache(2, "2", "Unified", "2048K");
    cache(3, "3", "Unified", "480M");
    assertThat(Caches.read(folder)).isEqualTo(XEON);
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
  void aPanelFitsHalfOfTheSecondLevel() {
    for (int strip : new int[] {8, 16, 32}) {
      for (Caches caches : List.of(Caches.USUAL, ZEN_4, XEON)) {
        Blocking blocking = Blocking.of(caches, strip);
        for (int depth : new int[] {64, 576, 2048, 4096, 14336}) {
          Blocking.Cut cut = blocking.cut(depth, 32000, Share.byPanels(2));
          int inputs = cut.packsWholeDepth() ? depth : cut.inputs();
          assertThat(inputs * cut.outputs() * Float.BYTES)
              .as("%d inputs of %s", depth, cut)
              .isLessThanOrEqualTo(caches.second() / 2);
        }
      }
    }
  }

  @Test
  void aStretchOfAStripAndATileFitTheFirstLevelWhereThatIsLongEnough() {
    assertThat(Blocking.of(XEON, 32).inputs()).isEqualTo(256);
    assertThat(Blocking.of(ZEN_4, 16).inputs()).isEqualTo(320);
  }

  @Test
  void elseAStretchIsAsLongAsTheSecondLevelAllows() {
    assertThat(Blocking.of(ZEN_4, 32).inputs()).isEqualTo(1024);
    assertThat(Blocking.of(Caches.USUAL, 32).inputs()).isEqualTo(512);
  }

  /// A panel of the whole depth would be too narrow: for every few outputs a strip was read again.
  @Test
  void deepMatricesArePackedAStretchAtATime() {
    Blocking blocking = Blocking.of(XEON, 32);
    assertThat(blocking.cut(1536, 4096, Share.byPanels(2)).packsWholeDepth()).isTrue();
    assertThat(blocking.cut(2048, 4096, Share.byPanels(2)).packsWholeDepth()).isFalse();
  }

  @Test
  void manyWorkersHaveSeveralPanelsEach() {
    Blocking blocking = Blocking.of(XEON, 32);
    assertThat(blocking.cut(4096, 4096, Share.byPanels(2)).outputs()).isEqualTo(512);
    assertThat(blocking.cut(4096, 4096, Share.byPanels(8)).outputs()).isEqualTo(160);
  }

  @Test
  void workersWithTokensOfTheirOwnHavePanelsAsWideAsTheCacheHolds() {
    Blocking blocking = Blocking.of(XEON, 32);
    assertThat(blocking.cut(576, 576, new Share(2, 2048)).outputs()).isEqualTo(448);
    assertThat(blocking.cut(576, 576, new Share(2, 1023)).outputs()).isEqualTo(96);
    assertThat(blocking.cut(3072, 768, new Share(2, 2048)).outputs()).isEqualTo(512);
    assertThat(blocking.cut(3072, 768, new Share(2, 2047)).outputs()).isEqualTo(128);
  }

  private void cache(int index, String level, String type, String size) throws IOException {
    Path cache = Files.createDirectories(folder.resolve("index" + index));
    Files.writeString(cache.resolve("level"), level + "\n");
    Files.writeString(cache.resolve("type"), type + "\n");
    Files.writeString(cache.resolve("size"), size + "\n");
  }
}
