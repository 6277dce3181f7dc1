package io.github.nonplus.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.program.op.Operation;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Something that llama.cpp computes in an architecture whatever a published model's configuration
/// says of it, because no GGUF says it or nothing reads it.
///
/// @param name the key of `config.json` that it is about
/// @param words what llama.cpp does, after its name
/// @param executed whether losses of llama.cpp were found to be those of it; otherwise it was read
///   in its source
/// @param likely whether files that do not say more are of a model in which it matters
/// @param settings what of the published configuration is replaced by it; null removes a key
/// @param change what else is done to operations
public record Departure(
    String name,
    String words,
    boolean executed,
    boolean likely,
    Map<String, JsonNode> settings,
    UnaryOperator<Operation> change) {
  public Departure {
    settings = Map.copyOf(settings);
  }

  /// One that a configuration can say.
  Departure(
      String name, String words, boolean executed, boolean likely, Map<String, JsonNode> settings) {
    this(name, words, executed, likely, settings, UnaryOperator.identity());
  }

  /// One that no configuration says.
  static Departure of(
      String name,
      String words,
      boolean executed,
      boolean likely,
      UnaryOperator<Operation> change) {
    return new Departure(name, words, executed, likely, Map.of(), change);
  }
}
