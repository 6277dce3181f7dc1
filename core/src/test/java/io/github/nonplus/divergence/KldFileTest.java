package io.github.nonplus.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.device.Batch;
import io.github.nonplus.failure.CorpusException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// llama.cpp's file of log-probabilities: what is read, and what is refused.
class KldFileTest {
  @TempDir Path directory;

  @Test
  void theSecondHalfOfEachChunkIsScored() {
    try (KldFile file = KldFile.open(KldBytes.right().write(directory))) {
      Batch batch = file.batch(0, 2);
      assertThat(batch.ids()).containsExactly(0, 1, 2, 3, 4, 5, 6, 0, 1, 2);
      assertThat(batch.starts()).containsExactly(0, 5, 10);
      assertThat(batch.selected()).containsExactly(2, 3, 7, 8);
      assertThat(batch.targets()).containsExactly(3, 4, 1, 2);
    }
  }

  @Test
  void theFirstIdOfEachChunkMayBeReplacedForTheModelAlone() {
    try (KldFile file = KldFile.open(KldBytes.right().write(directory))) {
      file.beginWith(6);
      assertThat(file.batch(1, 2).ids()).containsExactly(6, 6, 0, 1, 2);
      assertThat(file.batch(0, 1).ids()).containsExactly(6, 1, 2, 3, 4);
      assertThat(file.batch(0, 1).targets()).containsExactly(3, 4);
      assertThat(file.account().firstId()).isEqualTo(6);
    }
  }

  @Test
  void aRowIsScaleTimesCodePlusLeast() {
    try (KldFile file = KldFile.open(KldBytes.right().write(directory))) {
      Batch batch = file.batch(1, 2);
      file.begin(batch);
      float[] logits = new float[2 * KldBytes.VOCABULARY];
      file.logits(0, 2, logits);
      for (int row = 0; row < 2; row++) {
        for (int id = 0; id < KldBytes.VOCABULARY; id++) {
          assertThat(logits[row * KldBytes.VOCABULARY + id])
              .isEqualTo(0.0001f * (62_000 + 1000 * row + id) - 8f);
        }
      }
    }
  }

  @Test
  void onlyTheBatchThatItGaveLastCanBeBegun() {
    try (KldFile file = KldFile.open(KldBytes.right().write(directory))) {
      Batch first = file.batch(0, 1);
      file.batch(1, 2);
      assertThatThrownBy(() -> file.begin(first)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  static IntStream lengths() {
    int whole = KldBytes.ROWS + 4 * KldBytes.ROW;
    return IntStream.concat(IntStream.range(0, whole), IntStream.of(whole + 1, whole + 24));
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void everyOtherLengthIsRefused(int length) {
    Path path = KldBytes.right().write(directory, length);
    assertThatThrownBy(() -> KldFile.open(path))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith(path + " is no whole file of log-probabilities: ")
        .hasMessageEndingWith("; make it again with llama-perplexity --kl-divergence-base");
  }

  @ParameterizedTest
  @CsvSource({
    "8,  0,          'its header says 2 chunks of 0 tokens and a vocabulary of 7'",
    "8,  2,          'its header says 2 chunks of 2 tokens and a vocabulary of 7'",
    "8,  -5,         'its header says 2 chunks of -5 tokens and a vocabulary of 7'",
    "8,  2147483647, 'its header says 2 chunks of 2147483647 tokens and a vocabulary of 7'",
    "12, 0,          'its header says 2 chunks of 5 tokens and a vocabulary of 0'",
    "12, 2147483647, 'its header says 2 chunks of 5 tokens and a vocabulary of 2147483647'",
    "12, 16777216,   'vocabulary of 16777216 need 134217820 bytes, but there are 156'",
    "16, 0,          'its header says 0 chunks of 5 tokens and a vocabulary of 7'",
    "16, 2147483647, '2147483647 chunks of 5 tokens and a vocabulary of 7 need'",
    "0,  1953460082, 'it does not begin with _logits_'",
    "20, 7,          'chunk 1 holds the id 7, but the vocabulary ends at 6'",
    "56, -1,         'chunk 2 holds the id -1, but the vocabulary ends at 6'"
  })
  void numbersThatCannotBeAreRefused(int at, int value, String reason) {
    Path path = KldBytes.right().withInt(at, value).write(directory);
    assertThatThrownBy(() -> KldFile.open(path))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"0, NaN", "0, -0.001", "0, Infinity", "0, 1", "4, NaN", "4, -Infinity", "4, 0.5"})
  void rowsThatHoldNoLogarithmsOfProbabilitiesAreRefused(int at, float value) {
    Path path =
        KldBytes.right().withFloat(KldBytes.ROWS + 3 * KldBytes.ROW + at, value).write(directory);
    try (KldFile file = KldFile.open(path)) {
      file.begin(file.batch(0, 2));
      float[] logits = new float[4 * KldBytes.VOCABULARY];
      file.logits(0, 3, logits);
      assertThatThrownBy(() -> file.logits(3, 4, logits))
          .isInstanceOf(CorpusException.class)
          .hasMessageContaining("row 2 of chunk 2 goes from");
    }
  }

  @Test
  void otherFilesDoNotLookLikeOne() {
    assertThat(KldFile.looksLikeOne(KldBytes.right().write(directory))).isTrue();
    assertThat(KldFile.looksLikeOne(KldBytes.right().write(directory, 7))).isFalse();
    assertThat(KldFile.looksLikeOne(directory)).isFalse();
    assertThat(KldFile.looksLikeOne(directory.resolve("nothing"))).isFalse();
  }
}
