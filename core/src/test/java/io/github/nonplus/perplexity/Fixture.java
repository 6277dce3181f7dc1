package io.github.nonplus.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A tiny checkpoint with golden losses; see PROVENANCE.md beside them.
record Fixture(Path model, JsonNode golden) {
  static Fixture named(String name) throws IOException {
    Path model =
        Path.of("src/test/resources/io/github/nonplus/fixtures/architectures").resolve(name);
    return new Fixture(model, new ObjectMapper().readTree(model.resolve("golden.json").toFile()));
  }

  /// The windows of ids.
  int[][] windows() {
    List<int[]> windows = new ArrayList<>();
    for (JsonNode window : golden.get("windows")) {
      int[] ids = new int[window.get("ids").size()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = window.get("ids").get(i).asInt();
      }
      windows.add(ids);
    }
    return windows.toArray(int[][]::new);
  }

  /// The loss of token `i` + 1 of a window.
  double nll(int window, int i) {
    return golden.get("windows").get(window).get("nll").get(i).asDouble();
  }

  /// Three times what another float32 implementation erred: room for another order of summation.
  double tolerance() {
    return 3 * golden.get("float32_max_abs_difference").asDouble();
  }

  Path write(Path directory) {
    return WindowsFile.write(directory.resolve("windows.txt"), Windows.of(windows())).path();
  }
}
