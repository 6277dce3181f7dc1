package io.github.nonplus.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.comparison.Comparison.TokenDifference;
import io.github.nonplus.comparison.DivergenceComparison;
import io.github.nonplus.report.record.ComparedWindow;
import io.github.nonplus.report.record.ResultJson;
import io.github.nonplus.report.record.ResultRecord;

/// How far results are from one reference as a JSON object. Intervals are of 95 %.
final class DivergenceComparisonJson {
  private DivergenceComparisonJson() {}

  static ObjectNode of(DivergenceComparison divergences, int worst) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("reference")
        .put("label", divergences.reference().label())
        .put("sha256", divergences.reference().sha256())
        .put("clipped", divergences.reference().isRecorded());
    ArrayNode results = json.putArray("results");
    for (int r = 0; r < divergences.records().size(); r++) {
      ResultRecord record = divergences.records().get(r);
      ObjectNode result = results.addObject();
      result.put("record", record.path().toString());
      result.put("label", record.label());
      result.set("mean_kld", ComparisonJson.interval(divergences.mean(r)));
      result.set(
          "mean_kld_difference",
          r == 0 ? null : ComparisonJson.interval(divergences.difference(r)));
      result.set("divergence", ResultJson.tree(divergences.divergence(r).divergence()));
      ArrayNode tokens = result.putArray("worst_tokens");
      for (TokenDifference token : divergences.worstTokens(r, worst)) {
        ComparedWindow window = divergences.divergence(r).windows().get(token.window());
        int i = token.position() - record.windows().get(token.window()).first();
        tokens
            .addObject()
            .put("window", token.window() + 1)
            .put("position", token.position())
            .put("kld", token.other())
            .put("reference_nll", window.referenceNll()[i])
            .put("nll", record.windows().get(token.window()).nll()[i])
            .put("text", Excerpt.token(record, token.window(), token.position()));
      }
    }
    return json;
  }
}
