package io.github.nonplus.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.failure.CompileException;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.perplexity.Fixture;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.MatrixForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model library on disk: what is read back, and what is refused.
class LibraryFileTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void write() {
    file = directory.resolve("llama.lib");
    LibraryFile.write(file, library("llama-yarn", CompileOptions.SCORING));
  }

  private static ModelLibrary library(String name, CompileOptions options) {
    return Compiler.compile(
        HuggingFaceDirectory.read(Fixture.folder(name)).model(),
        "q4f16_0",
        "cpu",
        options,
        (_, _, _) -> {});
  }

  private String json() throws IOException {
    return Files.readString(file).lines().skip(2).reduce((a, b) -> a + "\n" + b).orElseThrow();
  }

  private void replace(String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Files.writeString(file, LibraryFile.MAGIC + Sha256.of(bytes) + "\n" + json);
  }

  private void assertRefused(String sentence) {
    assertThatThrownBy(() -> LibraryFile.read(file))
        .isInstanceOf(CompileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatIsWrittenReadsBackAsTheSame() {
    assertThat(LibraryFile.read(file)).isEqualTo(library("llama-yarn", CompileOptions.SCORING));
  }

  @Test
  void kernelsAreReadBackToTheLetter() {
    DeviceCode code =
        new DeviceCode(
            "fast",
            Map.of("memory", 7L),
            Map.of("a.cl", "kernel void a() {\n\t\"\\\u00e9\"}\n"),
            List.of(new DeviceCode.Build("a.cl", Map.of("B", "2", "A", "1"))));
    ModelLibrary library =
        library("llama", CompileOptions.SCORING)
            .with(Map.of("w", List.of(MatrixForm.of(new Dense(ElementType.FLOAT16)))), code);
    LibraryFile.write(file, library);
    assertThat(LibraryFile.read(file)).isEqualTo(library);
    assertThat(LibraryFile.read(file).code()).isEqualTo(code);
  }

  @Test
  void weightsInAnotherFormatAreRefused() {
    var halves = List.of(MatrixForm.of(new Dense(ElementType.FLOAT16)));
    var singles = List.of(MatrixForm.of(new Dense(ElementType.FLOAT32)));
    ModelLibrary library =
        library("llama", CompileOptions.SCORING).with(Map.of("w", halves), DeviceCode.NONE);
    library.requireFormats("lib", "weights", Map.of("w", halves));
    assertThatThrownBy(() -> library.requireFormats("lib", "weights", Map.of("w", singles)))
        .isInstanceOf(CompileException.class)
        .hasMessage(
            "lib was compiled for 'w' in float16, but weights holds it in float32; compile it for"
                + " those weights");
  }

  @Test
  void kernelsWithoutANameAreRefused() throws IOException {
    replace(json().replaceFirst("\"kernels\" : \"\"", "\"kernels\" : null"));
    assertRefused("cannot be understood");
  }

  @Test
  void everyRotationSurvives() {
    for (String name :
        new String[] {"llama", "llama-linear-rope", "llama-dynamic-rope", "llama-llama3rope"}) {
      ModelLibrary library = library(name, CompileOptions.SCORING);
      LibraryFile.write(file, library);
      assertThat(LibraryFile.read(file)).isEqualTo(library);
    }
  }

  @Test
  void aChangedByteIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertRefused("is damaged");
  }

  @Test
  void aShorterFileIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused("is damaged");
    Files.write(file, java.util.Arrays.copyOf(bytes, 40));
    assertRefused("is cut short");
  }

  @Test
  void anotherFileIsNoLibrary() throws IOException {
    Files.writeString(file, "1 2 3\n");
    assertRefused("not a model library");
    assertThat(LibraryFile.isLibrary(file)).isFalse();
  }

  /// Where buffers lie follows from the program; a file that says it is of an earlier version.
  @Test
  void aPlanIsNotRead() throws IOException {
    replace(json().replaceFirst("\"program\" :", "\"plan\" : {}, \"program\" :"));
    assertRefused("cannot be understood");
  }

  @Test
  void anUnknownOperationIsRefused() throws IOException {
    replace(json().replace("\"op\" : \"attend\"", "\"op\" : \"guess\""));
    assertRefused("cannot be understood");
  }

  @Test
  void shapesThatDoNotFitAreRefused() throws IOException {
    replace(json().replaceFirst("\"width\" : 64", "\"width\" : 65"));
    assertRefused("cannot be understood");
    replace("null");
    assertRefused("is empty");
  }

  @Test
  void withoutPerplexityThereIsNoScore() {
    ModelLibrary library =
        library("llama", new CompileOptions(false, OptionalInt.empty(), OptionalInt.empty()));
    assertThat(library.functions()).containsOnlyKeys("prefill");
    assertThatThrownBy(() -> library.score("llama.lib"))
        .hasMessage(
            "llama.lib: the library has no function 'score', because it was compiled without"
                + " --perplexity; compile it again with --perplexity");
  }

  @Test
  void overridesAreThoseOfMlc() {
    CompileOptions options =
        CompileOptions.SCORING.withOverrides("context_window_size=77;prefill_chunk_size=5");
    assertThat(options.contextWindow()).hasValue(77);
    assertThat(options.prefillChunk()).hasValue(5);
    assertThatThrownBy(() -> CompileOptions.SCORING.withOverrides("max_batch_size=1"))
        .hasMessageContaining("'max_batch_size' is not known");
    assertThatThrownBy(() -> CompileOptions.SCORING.withOverrides("context_window_size=0"))
        .hasMessageContaining("number above 0");
  }
}
