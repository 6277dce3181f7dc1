package io.github.nonplus.model.family;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.passes.Passes;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HybridMemoryTest {
  private static final long WINDOW = 32_768;

  /// Qwen3.5 as wide as SmolLM2-135M.
  private static final String HYBRID =
      """
      {"model_type": "qwen3_5_text", "hidden_size": 576, "intermediate_size": 1536,
       "num_hidden_layers": 8, "vocab_size": 49152, "num_attention_heads": 9,
       "num_key_value_heads": 3, "head_dim": 64, "linear_num_key_heads": 8,
       "linear_num_value_heads": 16, "linear_key_head_dim": 64, "linear_value_head_dim": 64,
       "max_position_embeddings": 32768}\
      """;

  /// Scores are never stored, states are a head's own, and what a layer needs no more lies in the
  /// place of what the next one needs.
  @Test
  void theActivationsOfAWindowOf32768TokensTakeLessThanAGigabyte() throws IOException {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(HYBRID);
    Program program =
        Passes.apply(
            Families.read(new ConfigReader("c", json)).program(Output.SCORE), (_, _) -> {});
    assertThat(Float.BYTES * MemoryPlan.of(program).width() * WINDOW).isLessThan(1_000_000_000);
  }
}
