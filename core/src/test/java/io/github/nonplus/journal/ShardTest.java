package io.github.nonplus.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {
  @Test
  void theExampleInTheDocumentation() {
    assertThat(bounds(new Shard(1, 3), 10)).isEqualTo("0-3");
    assertThat(bounds(new Shard(2, 3), 10)).isEqualTo("3-6");
    assertThat(bounds(new Shard(3, 3), 10)).isEqualTo("6-10");
  }

  @Test
  void partsHoldEveryWindowOnceAndAreAlikeInSize() {
    for (int windows : new int[] {1, 2, 7, 100, 3542, Integer.MAX_VALUE}) {
      for (int of = 1; of <= Math.min(windows, 12); of++) {
        int end = 0;
        for (int index = 1; index <= of; index++) {
          Shard shard = new Shard(index, of);
          assertThat(shard.first(windows)).isEqualTo(end);
          end = shard.end(windows);
          assertThat(end - shard.first(windows)).isBetween(windows / of, Math.ceilDiv(windows, of));
        }
        assertThat(end).isEqualTo(windows);
      }
    }
  }

  @Test
  void partsAreReadAsTheyAreWritten() {
    assertThat(Shard.parse("3/4")).contains(new Shard(3, 4));
    assertThat(new Shard(3, 4)).hasToString("3/4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "3", "0/4", "5/4", "-1/4", "1/0", "01/4", "1/4/4", "1 / 4", "1/9999999"})
  void otherTextsAreNoPart(String text) {
    assertThat(Shard.parse(text)).isEmpty();
  }

  private static String bounds(Shard shard, int windows) {
    return shard.first(windows) + "-" + shard.end(windows);
  }
}
