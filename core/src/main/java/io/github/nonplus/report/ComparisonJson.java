package io.github.nonplus.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.comparison.ComparedResults;
import io.github.nonplus.comparison.Comparison;
import io.github.nonplus.comparison.DivergenceComparison;
import io.github.nonplus.comparison.Interval;
import io.github.nonplus.comparison.PositionLoss;
import io.github.nonplus.comparison.SizeComparison;
import io.github.nonplus.files.IndentedJson;
import io.github.nonplus.report.record.ResultRecord;

/// Comparisons with one baseline as one JSON object. Intervals are of 95 %.
public final class ComparisonJson {
  private ComparisonJson() {}

  /// The object, indented, without a line feed at the end.
  public static String of(ComparedResults results, double resolution, int worst) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ResultRecord baseline = results.records().getFirst();
    json.put("protocol", baseline.identity().protocol());
    json.put("windows_sha256", baseline.identity().windowsSha256());
    json.put("windows", baseline.windows().size());
    json.put("tokens_scored", baseline.tokens());
    json.set("baseline", result(baseline));
    ArrayNode all = json.putArray("comparisons");
    for (Comparison each : results.comparisons()) {
      ObjectNode comparison = all.addObject();
      comparison.set("result", result(each.other()));
      comparison.set("perplexity_difference", interval(each.perplexity()));
      comparison.set("mean_nll_difference", interval(each.nll()));
      ObjectNode ratio = comparison.putObject("perplexity_ratio");
      put(ratio, "value", each.ratio());
      put(ratio, "low", Math.exp(each.nll().low()));
      put(ratio, "high", Math.exp(each.nll().high()));
      comparison.put("resolution", resolution);
      long more = each.windowsToResolve(resolution);
      comparison.put("more_windows_to_resolve", more < 0 ? null : more);
      positions(comparison.putArray("positions"), each);
      worst(comparison, each, worst);
    }
    DivergenceComparison divergences = results.divergences();
    if (!divergences.isEmpty()) {
      json.set("divergences", DivergenceComparisonJson.of(divergences, worst));
    }
    SizeComparison.of(results.records()).ifPresent(sizes -> sizes(json.putArray("by_size"), sizes));
    return IndentedJson.of(json);
  }

  /// The smallest file first.
  private static void sizes(ArrayNode json, SizeComparison sizes) {
    for (SizeComparison.Entry entry : sizes.entries()) {
      ObjectNode file = json.addObject();
      file.put("label", entry.record().label());
      file.put("weight_bytes", entry.bytes());
      file.put("bits_per_parameter", entry.bits() > 0 ? (Double) entry.bits() : null);
      file.set(
          "mean_nll_difference", entry.record() == sizes.baseline() ? null : interval(entry.nll()));
      file.set("divergence", entry.divergence().map(ComparisonJson::interval).orElse(null));
      file.set("worse_than_next_smaller", entry.step().map(ComparisonJson::interval).orElse(null));
      file.put("dominated_by", entry.dominator().map(ResultRecord::label).orElse(null));
    }
  }

  private static ObjectNode result(ResultRecord record) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("record", record.path().toString());
    json.put("label", record.label());
    json.set("perplexity", interval(Comparison.perplexity(record)));
    json.put("mean_nll", record.meanNll());
    return json;
  }

  static ObjectNode interval(Interval interval) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    put(json, "value", interval.value());
    put(json, "standard_error", interval.standardError());
    put(json, "low", interval.low());
    put(json, "high", interval.high());
    return json;
  }

  /// What is not known is null: JSON has no NaN.
  private static void put(ObjectNode json, String name, double value) {
    json.put(name, Double.isNaN(value) ? null : (Double) value);
  }

  private static void positions(ArrayNode json, Comparison comparison) {
    for (PositionLoss band : comparison.positions()) {
      json.addObject()
          .put("from", band.from())
          .put("to", band.to())
          .put("tokens", band.tokens())
          .put("baseline_nll", band.means()[0])
          .put("nll", band.means()[1]);
    }
  }

  private static void worst(ObjectNode json, Comparison comparison, int count) {
    ArrayNode windows = json.putArray("worst_windows");
    for (Comparison.WindowDifference window : comparison.worstWindows(count)) {
      windows
          .addObject()
          .put("window", window.window() + 1)
          .put("baseline_nll", window.baseline())
          .put("nll", window.other())
          .put("text", Excerpt.beginning(comparison.baseline(), window.window()));
    }
    ArrayNode tokens = json.putArray("worst_tokens");
    for (Comparison.TokenDifference token : comparison.worstTokens(count)) {
      tokens
          .addObject()
          .put("window", token.window() + 1)
          .put("position", token.position())
          .put("baseline_nll", token.baseline())
          .put("nll", token.other())
          .put("text", Excerpt.token(comparison.baseline(), token.window(), token.position()));
    }
  }
}
