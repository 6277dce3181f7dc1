package io.github.nonplus.report.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.comparison.ComparedResults;
import io.github.nonplus.comparison.Comparison;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.RecordText;
import io.github.nonplus.report.record.ResultRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// A record of thirty windows whose text, names and facts do what they can to break a page.
final class SampleRecord {
  static final String HOSTILE = "</span><script>document.title='owned'</script><img src=http://x/>";

  private SampleRecord() {}

  /// The page of records, with sentences of one's own.
  static String page(List<ResultRecord> records, List<String> warnings) {
    return ReportPage.of(
        new ComparedResults(
            records,
            warnings,
            records.stream()
                .skip(1)
                .map(other -> Comparison.of(records.getFirst(), other))
                .toList()));
  }

  static ResultRecord of(Path directory, String model, double more) {
    return RecordFile.read(
        RecordText.write(directory.resolve(model + ".json"), json -> fill(json, model, more)));
  }

  private static void fill(ObjectNode json, String model, double more) {
    Random random = new Random(3);
    ArrayNode windows = (ArrayNode) json.get("windows_scored");
    windows.removeAll();
    double sum = 0;
    for (int w = 0; w < 30; w++) {
      ObjectNode window = windows.addObject();
      ArrayNode ids = window.putArray("ids").add(0);
      ArrayNode nll = window.putArray("nll");
      double mean = 0;
      for (int i = 0; i < 40; i++) {
        double loss = more + 8 * random.nextDouble();
        ids.add(random.nextInt(8));
        nll.add(loss);
        mean += loss / 40;
      }
      sum += mean;
    }
    json.put("mean_nll", sum / 30);
    RecordText.count(json);
    json.put("perplexity", Math.exp(sum / 30));
    ((ObjectNode) json.get("model")).put("path", "models/" + model + "-" + "long".repeat(30));
    ((ObjectNode) json.get("corpus")).put("text", "<b>&\"'" + HOSTILE);
    json.put("on<load", "\u202eevil\u0007" + HOSTILE);
    ObjectNode texts = (ObjectNode) json.get("token_texts");
    texts.put("3", HOSTILE).put("4", "\n\n").put("5", "\u202e\u0000").put("6", "w".repeat(300));
    texts.putArray("7").add(0xc3);
    texts.putArray("2").add(0xa9);
  }
}
