package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.SymbolicLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// No output of any command may be one of its inputs, by whatever name.
class OutputPlacesTest {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");

  @TempDir Path directory;

  private Path model;
  private Path windows;
  private Path origin;
  private Path text;

  /// A command with an output that is still to be named, and the files that it reads.
  private record Writing(List<Object> command, List<Path> read) {}

  @BeforeEach
  void writeInputs() throws IOException {
    model = TinyModel.llama(directory).path();
    Files.copy(NOVELLA.resolve("tokenizer.json"), model.resolve("tokenizer.json"));
    windows = TinyModel.windows(directory);
    origin = Files.writeString(directory.resolve("windows.txt.origin.json"), "{}");
    text = Files.writeString(directory.resolve("text"), "The hound of the Baskervilles");
  }

  @Test
  void everyPathOfEveryCommandIsDeclaredToBeReadOrWritten() {
    List<String> undeclared = new ArrayList<>();
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      for (var argument : OutputPlaces.arguments(command.getCommandSpec())) {
        boolean reads = OutputPlaces.declares(argument, Reads.class);
        if (reads == OutputPlaces.declares(argument, Writes.class)) {
          undeclared.add(command.getCommandName() + " " + argument);
        }
      }
    }
    assertThat(undeclared).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"itself", "spelling", "symbolic", "hard", "folder"})
  void noOutputOverwritesAnInput(String alias) throws IOException {
    List<Writing> all = new ArrayList<>();
    Path library = Files.writeString(directory.resolve("lib"), "library");
    Path record = Files.writeString(directory.resolve("record"), "record");
    Path journal = Files.writeString(directory.resolve("journal"), "journal");
    List<Path> ofModel =
        List.of(
            model.resolve("config.json"),
            model.resolve("model.safetensors"),
            model.resolve("tokenizer.json"));
    List<Path> scored = files(ofModel, windows, origin, library);
    List<Object> scoring =
        List.of(
            "calculate-perplexity",
            "--device=cpu",
            "--model",
            model,
            "--model-lib",
            library,
            "--input-path",
            windows);
    for (String output : List.of("--per-window", "--per-token", "--record", "--journal")) {
      all.add(new Writing(words(scoring, output), scored));
    }
    List<Object> compared = words(scoring, "--reference", model, "--reference-model-lib", library);
    all.add(new Writing(words(compared, "--per-token"), scored));
    for (String output : List.of("--per-window", "--per-token", "--record")) {
      all.add(
          new Writing(
              List.of(
                  "hf-calculate-perplexity",
                  "--precision=float32",
                  "--model-path",
                  model,
                  "--input-path",
                  windows,
                  output),
              files(ofModel, windows, origin)));
      all.add(new Writing(List.of("merge", journal, output), List.of(journal)));
    }
    all.add(
        new Writing(
            List.of("preprocess-input", "--model-path", model, "--input", text, "--destination"),
            List.of(model.resolve("tokenizer.json"), text)));
    all.add(
        new Writing(
            List.of("compile", model, "--quantization=q4f16_1", "--device=cpu", "--output"),
            ofModel));
    all.add(new Writing(List.of("report", record, "--output"), List.of(record)));
    for (Writing writing : all) {
      for (Path input : writing.read()) {
        Path output = alias(input, alias);
        byte[] before = Files.readAllBytes(input);
        CommandRun run = CommandRun.of(words(writing.command(), output).toArray());
        assertThat(run.code()).as(writing.command() + " " + output + run.err()).isEqualTo(1);
        assertThat(run.err())
            .startsWith("nonplus: " + output + " (")
            .containsAnyOf("would overwrite", "would become a part of the model");
        assertThat(run.out()).isEmpty();
        assertThat(input).hasBinaryContent(before);
      }
    }
  }

  private Path alias(Path input, String kind) throws IOException {
    Path name = input.getFileName();
    Path other = directory.resolve(kind + "-" + name);
    return switch (kind) {
      case "itself" -> input;
      case "spelling" -> input.resolveSibling(Path.of("..", parentName(input), ".", name + ""));
      case "symbolic" -> linked(other, input, true);
      case "hard" -> linked(other, input, false);
      case "folder" ->
          linked(directory.resolve("linked-" + parentName(input)), input.getParent(), true)
              .resolve(name);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static String parentName(Path input) {
    return input.toAbsolutePath().getParent().getFileName().toString();
  }

  private static Path linked(Path link, Path to, boolean symbolic) throws IOException {
    if (Files.exists(link)) {
      return link;
    }
    return symbolic ? SymbolicLink.make(link, to) : Files.createLink(link, to);
  }

  @Test
  void whatWouldMakeTheModelAnotherOneIsRefusedThoughItIsNotThere() {
    Path index = model.resolve("model.safetensors.index.json");
    Refusal.of(directory, scoring("--record", index))
        .says(
            "%s (--record) would become a part of the model %s, which --model reads; name another"
                + " file",
            index, model);
  }

  @Test
  void otherFilesMayLieInTheFolderOfTheModel() throws IOException {
    for (int again = 0; again < 2; again++) {
      CommandRun run =
          CommandRun.of(scoring("--per-token", model.resolve("part.tsv"), "--no-journal"));
      assertThat(run.code()).as(run.err()).isZero();
    }
  }

  @Test
  void theOriginOfNewWindowsOverwritesNoInput() throws IOException {
    Path named = Files.copy(text, directory.resolve("new.origin.json"));
    Path destination = directory.resolve("new");
    Refusal.of(
            directory,
            "preprocess-input",
            "--model-path",
            model,
            "--input",
            named,
            "--destination",
            destination)
        .says(
            "%s (--destination) would overwrite %s, which --input reads; name another one",
            named, named);
  }

  @Test
  void aFolderIsNotReplacedAroundAnInput() throws IOException {
    Path dist = Files.createDirectory(directory.resolve("dist"));
    Path inner = TinyModel.copy(model, dist.resolve("llama"));
    Path link = SymbolicLink.make(directory.resolve("link"), dist);
    for (Path output : List.of(inner, dist, link, dist.resolve("./llama"))) {
      Refusal.of(directory, "convert-weight", inner, "--quantization=q4f16_1", "--output", output)
          .mentions(output + " (--output) ", "which HF_MODEL reads");
    }
    assertThat(inner.resolve("model.safetensors")).exists();
  }

  @Test
  void filesThatASnapshotLinksToAreInputs() throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("models--a--b/blobs"));
    Path snapshot = Files.createDirectories(directory.resolve("models--a--b/snapshots/0a1b"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Path blob = Files.copy(model.resolve(name), blobs.resolve(name + "-digest"));
      SymbolicLink.make(snapshot.resolve(name), snapshot.relativize(blob));
    }
    Path blob = blobs.resolve("model.safetensors-digest");
    for (Path named : List.of(snapshot, snapshot.getParent().getParent())) {
      Refusal.of(directory, "convert-weight", named, "--quantization=q4f16_1", "--output", blobs)
          .mentions("is replaced as a whole, but ");
      Refusal.of(
              directory,
              "calculate-perplexity",
              "--device=cpu",
              "--model",
              named,
              "--input-path",
              windows,
              "--per-token",
              blob)
          .mentions(blob + " (--per-token) would overwrite ");
    }
  }

  private Object[] scoring(Object... more) {
    return CommandRun.joined(
        more, "calculate-perplexity", "--device=cpu", "--model", model, "--input-path", windows);
  }

  private static List<Object> words(List<Object> first, Object... more) {
    return Stream.concat(first.stream(), Stream.of(more)).toList();
  }

  private static List<Path> files(List<Path> first, Path... more) {
    return Stream.concat(first.stream(), Stream.of(more)).toList();
  }
}
