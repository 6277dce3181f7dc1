package io.github.nonplus.reference.transformers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.reference.Precision;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The script in a real Python, with modules in the places of torch and transformers that write
/// down what they are asked for.
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "Python of the system is needed, which Wine does not have")
class ScorerScriptTest {
  private static final Path MODEL =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama");

  private static final String TORCH =
      "float32, float64, bfloat16 = 'float32', 'float64', 'bfloat16'\n"
          + "def set_num_threads(count): pass\n";

  private static final String TRANSFORMERS =
      """
      import json, types
      class PreTrainedModel:
          %s = None
      class AutoModelForCausalLM:
          @staticmethod
          def from_pretrained(path, **options):
              json.dump(options, open('%s', 'w'))
              return Model()
      class Model:
          config = types.SimpleNamespace(model_type='m', vocab_size=7, _attn_implementation='eager')
          def eval(self): return self
          def double(self): return self
          def modules(self): return []
          def get_memory_footprint(self, return_buffers): return 1
      class logging:
          set_verbosity_error = disable_progress_bar = staticmethod(lambda: None)
      """;

  @TempDir Path directory;

  private String python;
  private Path asked;

  @BeforeEach
  void placeModules() throws IOException {
    python = PythonProgram.onPath(System.getenv("PATH")).orElse("");
    assumeTrue(!python.isEmpty(), "there is no Python on the PATH");
    asked = directory.resolve("asked");
    place("torch", "2.11.0", TORCH);
  }

  /// Only eager attention computes what every family defines, such as Gemma 2's cap of the scores.
  @Test
  void attentionAndExpertsAreComputedAsTheFamilyDefinesThem() throws IOException {
    place("transformers", "5.17.0", TRANSFORMERS.formatted("set_experts_implementation", asked));
    JsonNode options = asked(Precision.FLOAT64);
    assertThat(options.path("attn_implementation").asText()).isEqualTo("eager");
    assertThat(options.path("experts_implementation").asText()).isEqualTo("eager");
    assertThat(options.path("trust_remote_code").asBoolean(true)).isFalse();
  }

  @Test
  void anOlderLibraryIsNotAskedForWhatItDoesNotKnow() throws IOException {
    place("transformers", "4.56.2", TRANSFORMERS.formatted("set_attn_implementation", asked));
    JsonNode options = asked(Precision.FLOAT32);
    assertThat(options.path("attn_implementation").asText()).isEqualTo("eager");
    assertThat(options.has("experts_implementation")).isFalse();
  }

  private JsonNode asked(Precision precision) throws IOException {
    Path program = directory.resolve("python");
    Files.writeString(program, "#!/bin/sh\nPYTHONPATH=%s %s \"$@\"\n".formatted(directory, python));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    try (ReferenceModel model =
        new TransformersEngine(Optional.of(program.toString()))
            .open(MODEL, Variant.of(precision), 1, _ -> {})) {
      assertThat(model.facts().kernels()).isEqualTo("attention eager");
      return new ObjectMapper().readTree(asked.toFile());
    }
  }

  private void place(String module, String version, String text) throws IOException {
    Files.writeString(directory.resolve(module + ".py"), text);
    Path facts =
        Files.createDirectory(directory.resolve("%s-%s.dist-info".formatted(module, version)));
    Files.writeString(
        facts.resolve("METADATA"),
        "Metadata-Version: 2.1\nName: %s\nVersion: %s\n".formatted(module, version));
  }
}
