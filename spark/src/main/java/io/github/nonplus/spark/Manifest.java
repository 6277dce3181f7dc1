package io.github.nonplus.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.IndentedJson;
import java.util.LinkedHashMap;
import java.util.Map;

/// What an output is of: everything that its bits depend on, by name. It lies in the output from
/// before the first task on, so that a job goes on only with what it began.
///
/// @param facts in order
record Manifest(Map<String, String> facts) {
  static final String NAME = "_nonplus.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  Manifest {
    facts = new LinkedHashMap<>(facts);
  }

  /// The one in a folder.
  static Manifest read(Storage folder) {
    try {
      return new Manifest(JSON.readValue(folder.read(NAME), new TypeReference<>() {}));
    } catch (JsonProcessingException e) {
      throw new OutputException(
          "%s/%s is not what was written there; begin anew in another folder"
              .formatted(folder.folder(), NAME),
          e);
    }
  }

  void write(Storage folder) {
    folder.write(NAME, IndentedJson.of(JSON, facts) + "\n");
  }

  /// Refuses to go on with the output of another run.
  void requireSame(Manifest before, Storage folder) {
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      String there = before.facts.get(fact.getKey());
      if (!fact.getValue().equals(there)) {
        throw new OutputException(
            "%s is the output of another run (%s: %s here, %s there); choose another --output"
                .formatted(folder.folder(), fact.getKey(), fact.getValue(), there));
      }
    }
  }
}
