package io.github.nonplus.files;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/// Records of ours as JSON and back. What is read may be a stranger's: a component that is missing,
/// null or of another kind than it should be is refused, wherever it lies. A record says of a
/// component that it may be null with `@JsonSetter(nulls = Nulls.SET)`.
public final class StrictJson {
  private StrictJson() {}

  /// Reads and writes records by the names of their components.
  public static JsonMapper mapper() {
    return JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
        .build();
  }

  /// What is wrong and where, in words that fit into one sentence: `at functions.score.plan: …`.
  public static String reason(JsonProcessingException wrong) {
    String what = wrong.getOriginalMessage().lines().findFirst().orElse("");
    if (wrong.getCause() instanceof RuntimeException refused && refused.getMessage() != null) {
      what = refused.getMessage().lines().findFirst().orElse("");
    }
    if (!(wrong instanceof JsonMappingException mapping)) {
      return JsonReason.of(wrong);
    }
    String place = place(mapping);
    return place.isEmpty() ? plain(what) : "at %s: %s".formatted(place, plain(what));
  }

  /// What a Java library says of a record, without its settings and its word for a component.
  private static String plain(String what) {
    return what.replaceFirst("^Missing creator property '(.*?)'.*", "it is missing")
        .replaceFirst("^Invalid `null` value encountered for property \"(.*?)\".*", "it is null")
        .replaceFirst("[;:(,] ?(enable )?`[A-Za-z]+\\.[A-Z_]+`.*", "");
  }

  private static String place(JsonMappingException wrong) {
    StringBuilder place = new StringBuilder();
    for (JsonMappingException.Reference step : wrong.getPath()) {
      if (step.getFieldName() == null) {
        place.append('[').append(step.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return place.toString();
  }
}
