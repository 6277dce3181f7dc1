package io.github.nonplus.report.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.files.JsonFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a result record, which may come from a stranger: everything that is used is checked, and
/// the scores must give the perplexity that the record claims.
public final class RecordFile {
  /// Sums of up to 10⁷ losses in another order differ by less.
  private static final double TOLERANCE = 1e-9;

  private final Path path;
  private final ObjectNode json;

  private RecordFile(Path path, ObjectNode json) {
    this.path = path;
    this.json = json;
  }

  /// Reads `path`.
  ///
  /// @throws RecordException saying what is wrong with it
  public static ResultRecord read(Path path) {
    return new RecordFile(path, JsonFile.read(path, RecordException::new)).record();
  }

  private ResultRecord record() {
    if (!json.has("windows_scored")) {
      throw new RecordException(
          path
              + (json.has("perplexity")
                  ? " holds a result without its scores; calculate it again with --record FILE"
                  : " is no result record; make one with calculate-perplexity --record FILE"));
    }
    String format = text(json, "format");
    if (!format.equals(ResultRecord.FORMAT)) {
      throw new RecordException(
          "%s is of the form '%s', expected '%s'; use the Nonplus that wrote it, or calculate it again"
              .formatted(path, format, ResultRecord.FORMAT));
    }
    List<ScoredWindow> windows = windows(json.get("windows_scored"));
    double meanNll = number(json, "mean_nll");
    requireSameMean(windows, meanNll);
    Optional<TokenTexts> texts = texts(json.path("token_texts"));
    ResultRecord.Identity identity =
        new ResultRecord.Identity(
            text(json, "protocol"),
            text(json, "averaging"),
            text(object("corpus"), "windows_sha256"),
            optional(object("model"), "tokenizer_sha256"));
    String label = label();
    double perplexity = number(json, "perplexity");
    requireExponential(perplexity, meanNll);
    ObjectNode facts = json.deepCopy();
    facts.remove(List.of("windows_scored", "token_texts"));
    return new ResultRecord(path, facts, identity, label, perplexity, meanNll, windows, texts);
  }

  private List<ScoredWindow> windows(JsonNode array) {
    if (!array.isArray() || array.isEmpty()) {
      throw damaged("windows_scored", "a list of windows");
    }
    List<ScoredWindow> windows = new ArrayList<>();
    for (JsonNode each : array) {
      String name = "window " + (windows.size() + 1);
      int[] ids = ids(each.path("ids"), name);
      double[] nll = losses(each.path("nll"), name);
      JsonNode weight = each.path("weight");
      if (nll.length == 0 || nll.length >= ids.length) {
        throw damaged(name, "a window that scores some of its ids, and not the first");
      }
      if (!weight.isMissingNode() && !(weight.isNumber() && isWeight(weight.doubleValue()))) {
        throw damaged(name, "of a weight of 0 or more");
      }
      windows.add(new ScoredWindow(ids, weight.isNumber() ? weight.doubleValue() : 1, nll));
    }
    return List.copyOf(windows);
  }

  private static boolean isWeight(double weight) {
    return weight >= 0 && Double.isFinite(weight);
  }

  private int[] ids(JsonNode array, String name) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = array.get(i);
      if (id == null || !id.isInt() || id.intValue() < 0) {
        throw damaged(name, "a list of ids");
      }
      ids[i] = id.intValue();
    }
    return ids;
  }

  private double[] losses(JsonNode array, String name) {
    double[] nll = new double[array.size()];
    for (int i = 0; i < nll.length; i++) {
      JsonNode value = array.get(i);
      if (value == null || !value.isNumber() || !Double.isFinite(value.doubleValue())) {
        throw damaged(name, "a list of losses");
      }
      nll[i] = value.doubleValue();
    }
    return nll;
  }

  private void requireSameMean(List<ScoredWindow> windows, double claimed) {
    double sum = 0;
    double weights = 0;
    for (ScoredWindow window : windows) {
      sum += window.weight() * window.mean();
      weights += window.weight();
    }
    double mean = sum / weights;
    if (!(Math.abs(mean - claimed) <= TOLERANCE * Math.max(1, Math.abs(claimed)))) {
      throw new RecordException(
          ("%s claims a mean negative log-likelihood of %s, but its scores give %s; it was changed"
                  + " or its averaging (%s) is not known to this version; calculate it again")
              .formatted(path, claimed, mean, json.path("averaging").asText()));
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

  private Optional<TokenTexts> texts(JsonNode texts) {
    if (texts.isNull()) {
      return Optional.empty();
    }
    if (!texts.isObject()) {
      throw damaged("token_texts", "texts by id");
    }
    Map<Integer, byte[]> bytes = new HashMap<>();
    for (var entry : texts.properties()) {
      if (!entry.getKey().matches("0|[1-9][0-9]{0,8}")) {
        throw damaged("token_texts", "texts by id");
      }
      bytes.put(Integer.parseInt(entry.getKey()), bytes(entry.getValue()));
    }
    return Optional.of(new TokenTexts(bytes));
  }

  private byte[] bytes(JsonNode text) {
    if (text.isTextual()) {
      return text.textValue().getBytes(StandardCharsets.UTF_8);
    }
    if (!text.isArray()) {
      throw damaged("token_texts", "texts by id");
    }
    byte[] bytes = new byte[text.size()];
    for (int i = 0; i < bytes.length; i++) {
      JsonNode value = text.get(i);
      if (!value.isInt() || value.intValue() < 0 || value.intValue() > 255) {
        throw damaged("token_texts", "texts, or lists of bytes, by id");
      }
      bytes[i] = (byte) value.intValue();
    }
    return bytes;
  }

  private String label() {
    ObjectNode model = object("model");
    String[] parts = text(model, "path").split("[/\\\\]+");
    String name = parts.length == 0 ? "model" : parts[parts.length - 1];
    String scheme = text(model, "quantization");
    return scheme.equals("source") || name.contains(scheme) ? name : name + " " + scheme;
  }

  private ObjectNode object(String key) {
    if (json.path(key) instanceof ObjectNode object) {
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
    return new RecordException(
        "%s is damaged: %s is not %s; calculate it again with --record FILE"
            .formatted(path, what, expected));
  }
}
