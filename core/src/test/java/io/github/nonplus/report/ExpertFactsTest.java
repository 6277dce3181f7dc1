package io.github.nonplus.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.report.record.RecordText;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A result that was kept says of each expert how often it was chosen and what was lost there, and
/// names those that a text never used.
class ExpertFactsTest {
  @TempDir Path directory;

  private Path record() {
    return RecordText.write(
        directory.resolve("r.json"),
        json -> {
          ObjectNode routing = json.putObject("routing");
          routing.put("windows", 3).put("tokens", 10);
          routing.put("small_margin", 1e-4).put("tokens_of_small_margin", 2);
          ObjectNode router = routing.putArray("routers").addObject();
          router.put("layer", 4).put("operation", "route experts.routing").put("chosen", 1);
          ArrayNode experts = router.putArray("experts");
          experts.addObject().put("tokens", 9).put("scored", 7).put("mean_nll", 2.5);
          experts.addObject().put("tokens", 0).put("scored", 0).putNull("mean_nll");
          experts.addObject().put("tokens", 1).put("scored", 0).putNull("mean_nll");
        });
  }

  @Test
  void inspectListsThem() {
    List<String> lines = OwnFiles.lines(record()).orElseThrow();
    assertThat(lines)
        .contains(
            "  experts    1 of 3 were never chosen in 3 windows; of each its tokens and their mean loss:",
            "    layer 4, route experts.routing, 1 for a token, unused: 1",
            "      expert 0: 9 tokens, 2.5000 nats",
            "      expert 2: 1 tokens")
        .noneMatch(line -> line.contains("expert 1:"));
  }
}
