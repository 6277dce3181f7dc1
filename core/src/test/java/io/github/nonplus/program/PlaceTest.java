package io.github.nonplus.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.model.Model;
import io.github.nonplus.program.passes.Passes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What operations are called where a user reads of them.
class PlaceTest {
  @Test
  void layersAndOperationsAreNamedAsTheyStandInTheModel() {
    Model model =
        HuggingFaceDirectory.read(
                Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama"))
            .model();
    List<String> places =
        Passes.apply(model.program(Model.Output.SCORE), (_, _) -> {}).operations().stream()
            .map(operation -> Place.of(operation).toString())
            .toList();
    assertThat(places)
        .startsWith(
            "operation embed x",
            "layer 0, operation norm attention.norm",
            "layer 0, operation matmul q+k+v",
            "layer 0, operation rotate q+k+v[0:96]",
            "layer 0, operation rotate q+k+v[96:144]",
            "layer 0, operation attend heads",
            "layer 0, operation matmul attention.x",
            "layer 0, operation norm mlp.norm",
            "layer 0, operation matmul gate+up",
            "layer 0, operation gate gated",
            "layer 0, operation matmul mlp.x",
            "layer 0, operation select mlp.x'",
            "layer 1, operation norm attention.norm")
        .endsWith("operation norm x.norm", "operation score");
  }
}
