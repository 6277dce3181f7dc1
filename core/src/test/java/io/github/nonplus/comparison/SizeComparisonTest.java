package io.github.nonplus.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.report.SizeText;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.RecordFolder;
import io.github.nonplus.report.record.RecordText;
import io.github.nonplus.report.record.ResultRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizeComparisonTest {
  private static final double[] MEANS = {1, 5, 2, 4, 3, 6, 2, 1};

  @TempDir Path directory;

  /// @param more how much larger the loss of each window is; every other window gets as much more
  private ResultRecord record(String name, long bytes, double more, double uneven) {
    return RecordFile.read(
        RecordText.write(
            directory.resolve(name + ".record"),
            json -> {
              ArrayNode windows = (ArrayNode) json.get("windows_scored");
              windows.removeAll();
              double sum = 0;
              for (int w = 0; w < MEANS.length; w++) {
                double loss = MEANS[w] + more + (w / 2 % 2 == 0 ? uneven : -uneven);
                ObjectNode window = windows.addObject();
                window.putArray("ids").add(1).add(2);
                window.putArray("nll").add(loss);
                sum += loss;
              }
              json.put("mean_nll", sum / MEANS.length);
              RecordText.count(json);
              json.put("perplexity", Math.exp(sum / MEANS.length));
              ((ObjectNode) json.get("model"))
                  .put("path", name)
                  .put("weight_bytes", bytes)
                  .put("parameters", 100);
            }));
  }

  @Test
  void aFileThatIsNoSmallerAndReallyWorseIsDominated() {
    ResultRecord whole = record("whole", 200, 0, 0);
    ResultRecord good = record("good", 50, 0.1, 0.001);
    ResultRecord bad = record("bad", 60, 0.3, 0.001);
    ResultRecord small = record("small", 30, 0.5, 0.001);
    List<SizeComparison.Entry> entries =
        SizeComparison.of(List.of(whole, bad, good, small)).orElseThrow().entries();
    assertThat(entries)
        .extracting(entry -> entry.record().path().getFileName().toString())
        .containsExactly("small.record", "good.record", "bad.record", "whole.record");
    assertThat(entries.get(2).dominator()).contains(good);
    assertThat(entries.get(2).nll().value()).isCloseTo(0.3, within(1e-12));
    assertThat(entries.get(1).dominator()).isEmpty();
    assertThat(entries.get(1).bits()).isEqualTo(4);
    assertThat(entries)
        .extracting(SizeText::verdict)
        .containsExactly(
            "the smallest",
            "better than the next smaller",
            "dominated: %s is no larger and better".formatted(good.label()),
            "better than the next smaller");
  }

  @Test
  void whatWindowsCannotTellApartIsNotDominated() {
    ResultRecord whole = record("whole", 200, 0, 0);
    ResultRecord one = record("one", 50, 0.1, 0);
    ResultRecord two = record("two", 60, 0.11, 0.3);
    SizeComparison.Entry entry =
        SizeComparison.of(List.of(whole, one, two)).orElseThrow().entries().get(1);
    assertThat(entry.dominator()).isEmpty();
    assertThat(SizeText.verdict(entry))
        .isEqualTo("not told from the next smaller by these windows");
  }

  @Test
  void filesOfOneSizeOrOfNoneAreNotCompared() {
    ResultRecord one = record("one", 50, 0, 0);
    assertThat(SizeComparison.of(List.of(one, record("two", 50, 0.1, 0)))).isEmpty();
    assertThat(SizeComparison.of(List.of(one, record("three", 0, 0.1, 0)))).isEmpty();
  }

  @Test
  void aFolderStandsForItsRecordsTheLargestFirst() throws IOException {
    record("small", 30, 0.5, 0);
    record("whole", 200, 0, 0);
    Files.writeString(directory.resolve("notes.txt"), "4.2");
    List<String> notes = new ArrayList<>();
    List<ResultRecord> records = RecordFolder.read(List.of(directory), notes::add);
    assertThat(records)
        .extracting(record -> record.path().getFileName().toString())
        .containsExactly("whole.record", "small.record");
    assertThat(notes).singleElement().asString().startsWith("Passed over: ").contains("notes.txt");
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThatThrownBy(() -> RecordFolder.read(List.of(empty), notes::add))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("empty holds no result records");
  }
}
