package io.github.nonplus.report.record;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.github.nonplus.divergence.Divergence;
import io.github.nonplus.divergence.DivergenceResult;
import io.github.nonplus.files.IndentedJson;
import io.github.nonplus.perplexity.Result;
import java.time.Instant;
import java.util.List;

/// The whole result as one JSON object, names in snake case; numbers in the shortest form that
/// reads back to the same bits.
public final class ResultJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
          .build();

  private ResultJson() {}

  /// The object as a tree, to be added to.
  public static ObjectNode tree(Result result) {
    return MAPPER.valueToTree(result);
  }

  /// The candidate's result as a tree, with the reference and how far it is from it.
  static ObjectNode record(DivergenceResult result) {
    ObjectNode tree = MAPPER.valueToTree(result.score());
    tree.set("reference", MAPPER.valueToTree(result.reference()));
    tree.set("divergence", tree(result.divergence()));
    return tree;
  }

  /// A divergence as a tree.
  public static ObjectNode tree(Divergence divergence) {
    return MAPPER.valueToTree(divergence);
  }

  /// The object, indented, without a line feed at the end.
  public static String of(Result result) {
    return json(result);
  }

  /// The same of a comparison of two models.
  public static String of(DivergenceResult result) {
    return json(result);
  }

  /// An array of such objects.
  public static String of(List<Result> results) {
    return json(results);
  }

  private static String json(Object result) {
    return IndentedJson.of(MAPPER, result);
  }
}
