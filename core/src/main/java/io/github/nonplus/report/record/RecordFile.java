package io.github.nonplus.report.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.protocol.Averaging;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads a result record, which may come from a stranger: everything that is used is checked, and
/// the scores must give the perplexity that the record claims.
public final class RecordFile {
  /// Sums of up to 10⁷ losses in another order differ by less.
  private static final double TOLERANCE = 1e-9;

  private final RecordContent content;
  private final Path path;
  private final ObjectNode facts;

  private RecordFile(RecordContent content) {
    this.content = content;
    this.path = content.path();
    this.facts = content.facts();
  }

  /// Reads `path`.
  ///
  /// @throws RecordException saying what is wrong with it
  public static ResultRecord read(Path path) {
    return of(RecordContent.read(path));
  }

  /// The same of a file that was read.
  public static ResultRecord of(RecordContent content) {
    return new RecordFile(content).record();
  }

  private ResultRecord record() {
    if (content.scores().isEmpty()) {
      throw new RecordException(
          path
              + (facts.has("perplexity")
                  ? " holds a result without its scores; calculate it again with --record FILE"
                  : " is no result record; make one with calculate-perplexity --record FILE"));
    }
    String format = text(facts, "format");
    if (!format.equals(ResultRecord.FORMAT)) {
      throw new RecordException(
          "%s is of the form '%s', expected '%s'; use the Nonplus that wrote it, or calculate it again"
              .formatted(path, format, ResultRecord.FORMAT));
    }
    List<ScoredWindow> windows = content.scores().get().windows();
    Combination combination = combination();
    double meanNll = number(facts, "mean_nll");
    requireSameMean(combination.exponent(windows), meanNll);
    Optional<TokenTexts> texts =
        content.tokenTexts().orElseThrow(() -> damaged("token_texts", "texts by id"));
    ResultRecord.Identity identity =
        new ResultRecord.Identity(
            text(facts, "protocol"),
            text(facts, "averaging"),
            text(object("corpus"), "windows_sha256"),
            optional(object("model"), "tokenizer_sha256"));
    double perplexity = number(facts, "perplexity");
    requireExponential(perplexity, meanNll);
    return new ResultRecord(
        path, facts, identity, label(), perplexity, meanNll, combination, windows, texts);
  }

  /// A law that this version does not know is taken for a weighted mean, which the claimed mean
  /// must then be.
  private Combination combination() {
    Averaging averaging =
        Averaging.ofLaw(facts.path("averaging").asText()).orElse(Averaging.WINDOWS);
    double words = Double.NaN;
    if (averaging == Averaging.WORDS) {
      words = number(facts, ResultRecord.WORDS);
      if (words < 1) {
        throw damaged(ResultRecord.WORDS, "a number of words");
      }
    }
    return Combination.of(averaging, words);
  }

  private void requireSameMean(double mean, double claimed) {
    if (!(Math.abs(mean - claimed) <= TOLERANCE * Math.max(1, Math.abs(claimed)))) {
      throw new RecordException(
          ("%s claims a mean negative log-likelihood of %s, but its scores give %s; it was changed"
                  + " or its averaging (%s) is not known to this version; calculate it again")
              .formatted(path, claimed, mean, facts.path("averaging").asText()));
    }
  }

  /// Every result that has a record is exp of its mean.
  private void requireExponential(double perplexity, double meanNll) {
    if (!(Math.abs(Math.log(perplexity) - meanNll) <= TOLERANCE * Math.max(1, Math.abs(meanNll)))) {
      throw new RecordException(
          ("%s claims a perplexity of %s, but its mean negative log-likelihood gives %s; it was"
                  + " changed, calculate it again")
              .formatted(path, perplexity, Math.exp(meanNll)));
    }
  }

  private String label() {
    ObjectNode model = object("model");
    String[] parts = text(model, "path").split("[/\\\\]+");
    String name = parts.length == 0 ? "model" : parts[parts.length - 1];
    String scheme = text(model, "quantization");
    return scheme.equals("source") || name.contains(scheme) ? name : name + " " + scheme;
  }

  private ObjectNode object(String key) {
    if (facts.path(key) instanceof ObjectNode object) {
      return object;
    }
    throw damaged(key, "an object");
  }

  private String text(JsonNode object, String key) {
    if (!object.path(key).isTextual()) {
      throw damaged(key, "a text");
    }
    return object.get(key).textValue();
  }

  private Optional<String> optional(JsonNode object, String key) {
    return object.path(key).isNull() || object.path(key).isMissingNode()
        ? Optional.empty()
        : Optional.of(text(object, key));
  }

  private double number(JsonNode object, String key) {
    JsonNode value = object.path(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw damaged(key, "a number");
    }
    return value.doubleValue();
  }

  private RecordException damaged(String what, String expected) {
    return damaged(path, what, expected);
  }

  static RecordException damaged(Path path, String what, String expected) {
    return new RecordException(
        "%s is damaged: %s is not %s; calculate it again with --record FILE"
            .formatted(path, what, expected));
  }
}
