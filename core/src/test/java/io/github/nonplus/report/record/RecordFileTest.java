package io.github.nonplus.report.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.protocol.Averaging;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordFileTest {
  @TempDir Path directory;

  @Test
  void everythingThatIsNeededIsRead() {
    ResultRecord record = read(_ -> {});
    assertThat(record.label()).isEqualTo("tiny q4f16_0");
    assertThat(record.tokens()).isEqualTo(7);
    assertThat(record.windows().get(1).first()).isEqualTo(1);
    assertThat(record.windows().get(1).mean()).isEqualTo(2);
    assertThat(record.facts().has("windows_scored")).isFalse();
    assertThat(record.texts().orElseThrow().of(new int[] {0, 1, 2, 7}, 0, 4))
        .isEqualTo(" ab\ufffd<7>");
  }

  @Test
  void schemeIsNotNamedTwice() {
    assertThat(read(json -> model(json).put("path", "dist/tiny-q4f16_0")).label())
        .isEqualTo("tiny-q4f16_0");
    assertThat(read(json -> model(json).put("path", "/")).label()).isEqualTo("model q4f16_0");
    assertThat(read(json -> model(json).put("quantization", "source")).label()).isEqualTo("tiny");
  }

  @Test
  void weightsOfWindowsCount() {
    assertThat(
            read(json -> {
                  RecordText.losses(json).removeAll().add(8.0).add(8.0).add(8.0);
                  RecordText.window(json).put("weight", 0);
                })
                .meanNll())
        .isEqualTo(2);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("holds a result without its scores", json -> json.remove("windows_scored")),
        damage("no result record", json -> json.removeAll()),
        damage("is of the form 'x', expected 'nonplus-record-1'", json -> json.put("format", "x")),
        damage("format is not a text", json -> json.remove("format")),
        damage("windows_scored is not a list", json -> json.put("windows_scored", 1)),
        damage("windows_scored is not a list", json -> json.putArray("windows_scored")),
        damage("window 1 is not a list of ids", json -> RecordText.ids(json).set(0, -1)),
        damage("window 1 is not a list of ids", json -> RecordText.ids(json).set(0, 1e9)),
        damage("window 1 is not a list of losses", json -> RecordText.losses(json).set(0, "1")),
        damage("scores some of its ids", json -> RecordText.losses(json).removeAll()),
        damage("scores some of its ids", json -> RecordText.losses(json).add(1.0)),
        damage("of a weight of 0 or more", json -> RecordText.window(json).put("weight", -1)),
        damage("its scores give 2.111", json -> RecordText.losses(json).set(0, 2.0)),
        damage("mean_nll is not a number", json -> json.put("mean_nll", "2")),
        damage("model is not an object", json -> json.remove("model")),
        damage("corpus is not an object", json -> json.put("corpus", 1)),
        damage("tokenizer_sha256 is not a text", json -> model(json).put("tokenizer_sha256", 1)),
        damage("token_texts is not texts by id", json -> json.put("token_texts", 1)),
        damage("token_texts is not texts by id", json -> texts(json).put("9999999999", "x")),
        damage("texts, or lists of bytes", json -> texts(json).putArray("3").add(256)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void damagedRecordsAreRefused(String sentence, Consumer<ObjectNode> damage) {
    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> read(damage))
        .withMessageStartingWith(directory.resolve("record.json").toString())
        .withMessageContaining(sentence);
  }

  @Test
  void protocolsThatCountWordsNeedTheirNumber() {
    Consumer<ObjectNode> byWords =
        json -> {
          RecordText.window(json).put("weight", 3);
          ((ObjectNode) json.get("windows_scored").get(1)).put("weight", 3);
          double mean = 14 / 4.0;
          json.put("averaging", Averaging.WORDS.law()).put("words", 4);
          json.put("mean_nll", mean).put("perplexity", Math.exp(mean));
        };
    assertThat(read(byWords).combination()).isEqualTo(new Combination.Mean(4));
    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> read(byWords.andThen(json -> json.remove("words"))))
        .withMessageContaining("words is not a whole number");
  }

  /// Of white space, to be quick.
  @Test
  void aRecordMayBeLargerThanAnyOtherJsonFile() throws IOException {
    Path file = RecordText.write(directory.resolve("large.json"), _ -> {});
    String text = Files.readString(file);
    int middle = text.indexOf(",{\"ids\":") + 1;
    byte[] space = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(text.substring(0, middle).getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 101; i++) {
        out.write(space);
      }
      out.write(text.substring(middle).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(RecordFile.read(file).tokens()).isEqualTo(7);
  }

  @Test
  void anyBytesAreReadOrRefusedInASentence() throws IOException {
    byte[] good = Files.readAllBytes(RecordText.write(directory.resolve("good.json"), _ -> {}));
    Random random = new Random(7);
    Path file = directory.resolve("record.json");
    for (int i = 0; i < 200; i++) {
      byte[] bad = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bad[random.nextInt(bad.length)] =
            (byte)
                (random.nextBoolean()
                    ? "[]{},:\"0-".charAt(random.nextInt(9))
                    : random.nextInt(256));
      }
      Files.write(file, bad);
      try {
        RecordFile.read(file);
      } catch (RecordException refused) {
        assertThat(refused.getMessage()).contains(file.toString());
      }
    }
    Files.write(file, "[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    assertThatExceptionOfType(RecordException.class).isThrownBy(() -> RecordFile.read(file));
  }

  private ResultRecord read(Consumer<ObjectNode> change) {
    return RecordFile.read(RecordText.write(directory.resolve("record.json"), change));
  }

  private static Arguments damage(String sentence, Consumer<ObjectNode> damage) {
    return Arguments.of(sentence, damage);
  }

  private static ObjectNode model(ObjectNode json) {
    return (ObjectNode) json.get("model");
  }

  private static ObjectNode texts(ObjectNode json) {
    return (ObjectNode) json.get("token_texts");
  }
}
