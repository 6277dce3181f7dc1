package io.github.nonplus.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.perplexity.Sample;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.report.record.RecordContent;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import io.github.nonplus.storage.Activations;
import io.github.nonplus.storage.Decoding;
import io.github.nonplus.verification.Verification;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Windows of a result scored anew, and held against it: digests can be copied, losses of a model
/// that one has cannot be invented.
///
/// @param windows how many, evenly spread over the text
/// @param device to score them on, if not the result's own
/// @param note is told what the user should know, as sentences
public record Rescoring(
    int windows, Optional<String> device, DeviceOptions options, Consumer<String> note) {
  /// Runs both sides of a comparison anew and says how far they are from what the record holds.
  List<Check> comparison(ResultRecord record, Sources sources) {
    return new ComparisonRescoring(this, record, sources).checks();
  }

  /// Scores them and says how far they are from what the result holds.
  Check check(RecordContent content, Sources sources) {
    Path file = sources.windows();
    ObjectNode facts = content.facts();
    List<ScoredWindow> claimed = content.scores().map(each -> each.windows()).orElse(List.of());
    WindowsFile read = WindowsFile.read(file);
    int all = read.windows().count();
    if (claimed.isEmpty() && windows < all) {
      throw new RecordException(
          ("%s holds no scores to compare single windows with; score all of them: --rescore %d, or"
                  + " give what --record wrote")
              .formatted(content.path(), all));
    }
    if (!claimed.isEmpty() && claimed.size() != all) {
      throw new RecordException(
          "%s scores %d windows, but %s has %d; give the windows of this result with --input-path"
              .formatted(content.path(), claimed.size(), file, all));
    }
    int[] chosen = Verification.spread(all, windows);
    Sample sample;
    String device = this.device.orElse(facts.path("execution").path("device").asText());
    try {
      sample =
          Sample.of(
              sources.model(),
              wanted(facts.path("model")),
              sources.library(),
              device,
              options,
              read,
              chosen,
              arithmetic(facts.path("execution").path("arithmetic").asText()),
              note);
    } catch (NonplusException e) {
      throw new RecordException(
          "%s could not be scored anew on the device '%s': %s; --device names another"
              .formatted(content.path(), device, e.getMessage()),
          e);
    }
    return claimed.isEmpty() ? ofAll(facts, read, sample) : ofEach(claimed, read, sample);
  }

  /// The one of these words, if it is known here.
  static Optional<Arithmetic> arithmetic(String words) {
    return Stream.of(Arithmetic.values()).filter(each -> each.words().equals(words)).findFirst();
  }

  /// What a result says that a model's weights were taken for; results of older versions do not.
  ///
  /// @param model the model's part of the result
  static Wanted wanted(JsonNode model) {
    JsonNode its = model.path("interpretation");
    return new Wanted(
        Optional.ofNullable(its.path("name").textValue()),
        Optional.ofNullable(its.path("config").textValue()).map(Path::of),
        Decoding.of(model.path("quantization").asText()),
        Activations.of(model.path("quantization").asText()));
  }

  /// Token by token.
  private Check ofEach(List<ScoredWindow> claimed, WindowsFile file, Sample sample) {
    double largest = 0;
    int worst = 0;
    for (WindowScore score : sample.scores()) {
      ScoredWindow window = claimed.get(score.window());
      if (!Arrays.equals(window.ids(), file.windows().window(score.window()))
          || window.nll().length != score.tokenNll().length) {
        return new Check(
            "scores",
            Check.State.DIFFERS,
            "window %d of the result".formatted(score.window() + 1),
            "window %d of %s has other ids".formatted(score.window() + 1, file.path()),
            note(sample));
      }
      for (int i = 0; i < window.nll().length; i++) {
        double difference = Math.abs(window.nll()[i] - score.tokenNll()[i]);
        if (difference > largest) {
          largest = difference;
          worst = score.window();
        }
      }
    }
    String found =
        String.format(
            Locale.ROOT, "at most %.1e nats a token apart, in window %d", largest, worst + 1);
    return check(largest, sample, "the losses of " + count(windows(sample)), found);
  }

  /// Without scores, only their mean can be held against the result's.
  private Check ofAll(ObjectNode facts, WindowsFile file, Sample sample) {
    Tally tally = new Tally(Protocols.of(file).averaging(), file.extent());
    sample.scores().forEach(tally::add);
    double claimed = facts.path("mean_nll").asDouble();
    double units = (double) tally.tokens() / Math.max(1, file.extent().words());
    double difference = Math.abs(tally.meanNll() - claimed) / Math.max(1, units);
    return check(
        difference, sample, "a mean loss of " + claimed, "a mean loss of " + tally.meanNll());
  }

  private static Check check(double difference, Sample sample, String claimed, String found) {
    boolean same = difference <= sample.allowed();
    return new Check(
        "scores",
        same ? Check.State.MATCHES : Check.State.DIFFERS,
        claimed,
        found,
        note(sample) + (same ? ": " + found : ""));
  }

  static String count(int windows) {
    return windows + (windows == 1 ? " window" : " windows");
  }

  private static int windows(Sample sample) {
    return sample.scores().size();
  }

  private static String note(Sample sample) {
    return String.format(
        Locale.ROOT,
        "%s scored anew on %s, where rounding explains %.1e nats a token",
        count(windows(sample)),
        sample.device(),
        sample.allowed());
  }
}
