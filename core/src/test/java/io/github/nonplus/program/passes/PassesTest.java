package io.github.nonplus.program.passes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.program.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the passes make of a small Llama, line by line.
class PassesTest {
  private static final Path LLAMA =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama-tied-sharded");

  private static Program program(Output output) {
    return HuggingFaceDirectory.read(LLAMA).model().program(output);
  }

  private static List<String> lines(Program program) {
    return program.text().lines().toList();
  }

  @Test
  void projectionsOfTheSameInputBecomeOneProduct() {
    Program merged = new MergeProjections().apply(program(Output.SCORE));
    assertThat(lines(merged))
        .anyMatch(
            line ->
                line.startsWith("0.q+0.k+0.v[tokens, ")
                    && line.endsWith(
                        "matmul 0.attention.norm by (model.layers.0.self_attn.q_proj.weight,"
                            + " model.layers.0.self_attn.k_proj.weight,"
                            + " model.layers.0.self_attn.v_proj.weight)"))
        .anyMatch(line -> line.startsWith("0.gate+0.up[tokens, "))
        .noneMatch(line -> line.startsWith("0.q["));
  }

  @Test
  void residualsAreAddedByTheProductBeforeThem() {
    Program fused = new FuseResiduals().apply(program(Output.SCORE));
    assertThat(lines(fused))
        .contains(
            "0.attention.x[tokens, 64] = matmul 0.heads by"
                + " (model.layers.0.self_attn.o_proj.weight) + x")
        .noneMatch(line -> line.contains(" = 0.") || line.matches(".* = x \\+ .*"));
  }

  @Test
  void afterTheLastAttentionOnlySelectedRowsGoOn() {
    List<String> lines = lines(new SelectEarly().apply(program(Output.SCORE)));
    int last = lines.size();
    int attend = -1;
    for (int i = 0; i < lines.size(); i++) {
      attend = lines.get(i).contains("= attend ") ? i : attend;
    }
    assertThat(lines.subList(attend, last - 1)).allMatch(line -> line.contains("[selected, "));
    assertThat(lines.subList(0, attend))
        .filteredOn(line -> line.contains("[selected, "))
        .singleElement()
        .asString()
        .contains("= select ");
  }

  @Test
  void aProgramOfOneLayerSelectsRightAfterTheEmbedding() {
    String text = new SelectEarly().apply(OneLayer.PROGRAM).text();
    assertThat(text)
        .isEqualTo(
            """
            x[tokens, 4] = embed table
            x'[selected, 4] = select x
            heads[selected, 4] = attend x to keys x values x heads of 2 scale 1.0
            sum[selected, 4] = x' + heads
            score sum by (table)
            """);
  }

  @Test
  void everyPassIsDumpedInOrder() {
    List<String> names = new ArrayList<>();
    Passes.apply(program(Output.LOGITS), (name, _) -> names.add(name));
    assertThat(names)
        .containsExactly("architecture", "merge-projections", "fuse-residuals", "select-early");
  }

  @Test
  void parametersAreTheSameAfterThePasses() {
    Program program = program(Output.SCORE);
    assertThat(Passes.apply(program, (_, _) -> {}).parameters())
        .containsExactlyInAnyOrderElementsOf(program.parameters());
  }
}
