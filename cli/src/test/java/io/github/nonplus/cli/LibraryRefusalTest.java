package io.github.nonplus.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Model libraries that must not be run.
class LibraryRefusalTest {
  @TempDir Path directory;

  private TinyModel model;
  private Path library;
  private Path weights;

  @BeforeEach
  void make() {
    model = TinyModel.llama(directory);
    weights = model.converted("q4f16_1");
    library = model.compiled("q4f16_1", "--perplexity");
  }

  @Test
  void libraryOfAnotherModelIsRefused() {
    Path other =
        TinyModel.copy("llama-tied-sharded", directory).compiled("q4f16_1", "--perplexity");
    Refusal.of(directory, scoring(weights, other, "cpu"))
        .says(
            "%s was compiled for another model than %s: num_hidden_layers is 3 in the library, 2 in"
                + " the model; compile this model",
            other, weights);
  }

  @Test
  void libraryWithoutScoreIsRefused() {
    model.compiled("q4f16_1");
    running()
        .says(
            "%s: the library has no function 'score', because it was compiled without --perplexity;"
                + " compile it again with --perplexity",
            library);
  }

  @Test
  void libraryForOtherWeightsIsRefused() {
    model.compiled("q0f16", "--perplexity");
    running()
        .says(
            "%s was compiled for weights in q0f16, but %s holds weights in q4f16_1; compile it for"
                + " those",
            library, weights);
  }

  @Test
  void libraryForConvertedWeightsIsRefusedForACheckpoint() {
    Refusal.of(directory, scoring(model.path(), library, "cpu"))
        .says(
            "%s was compiled for weights in q4f16_1, but %s is a checkpoint in its own precision;"
                + " give converted weights, or leave --model-lib out",
            library, model.path());
  }

  @Test
  void libraryForTheNullDeviceIsRefusedOnTheProcessors() {
    CommandRun.of(
        "compile",
        model.path(),
        "--quantization=q4f16_1",
        "--device=null",
        "--perplexity",
        "--output",
        library);
    running()
        .says(
            "%s was compiled for the device 'null', not 'cpu'; compile it with --device cpu",
            library);
  }

  @Test
  void libraryForTheProcessorsIsRefusedOnTheNullDevice() {
    Refusal.of(directory, scoring(weights, library, "null"))
        .says(
            "%s was compiled for the device 'cpu', not 'null'; compile it with --device null",
            library);
  }

  @Test
  void flippedByteIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(library);
    bytes[bytes.length / 2] ^= 1;
    Files.write(library, bytes);
    running()
        .mentions(
            library + ": the model library is damaged (its SHA-256 is ", "; compile it again");
  }

  @Test
  void libraryCutShortIsRefused() throws IOException {
    Files.write(library, Arrays.copyOf(Files.readAllBytes(library), 4000));
    running().mentions(library + ": the model library is damaged", "; compile it again");
  }

  @Test
  void libraryCutInItsHeadIsRefused() throws IOException {
    Files.write(library, Arrays.copyOf(Files.readAllBytes(library), 50));
    running().says("%s: the model library is cut short; compile it again", library);
  }

  @Test
  void libraryOfAnotherVersionIsRefused() throws IOException {
    String content = Files.readString(library);
    Files.writeString(
        library, content.replaceFirst("nonplus-model-library \\d+", "nonplus-model-library 99"));
    running()
        .says(
            "%s: not a model library of this version of Nonplus; make one with nonplus compile",
            library);
  }

  @Test
  void fileThatIsNoLibraryIsRefused() {
    Refusal.of(directory, scoring(weights, TinyModel.windows(directory), "cpu"))
        .mentions("windows.txt: not a model library of this version of Nonplus");
  }

  @Test
  void missingLibraryIsRefused() throws IOException {
    Files.delete(library);
    running()
        .says(
            "%s: there is no such file; give the model library that nonplus compile wrote",
            library);
  }

  /// Where buffers lie follows from the program, and is not read.
  @Test
  void aMemoryPlanIsRefused() throws IOException {
    edited(json -> ((ObjectNode) json.at("/functions/score")).putObject("plan"))
        .mentions("cannot be understood", "plan");
  }

  @Test
  void negativeWidthIsRefused() throws IOException {
    edited(json -> ((ObjectNode) operation(json, 0).get("output")).put("width", -64))
        .mentions("cannot be understood", "buffer 'x' of width -64");
  }

  @Test
  void negativeColumnIsRefused() throws IOException {
    edited(json -> ((ObjectNode) operation(json, 1).get("input")).put("column", -1))
        .mentions("cannot be understood", "columns -1 to 63");
  }

  @Test
  void unknownOperationIsRefused() throws IOException {
    edited(json -> operation(json, 0).put("op", "jump")).mentions("cannot be understood", "'jump'");
  }

  @Test
  void unknownFieldIsRefused() throws IOException {
    edited(json -> operation(json, 0).put("speed", 9)).mentions("cannot be understood", "speed");
  }

  @Test
  void bufferWithoutRowsIsRefused() throws IOException {
    edited(json -> ((ObjectNode) operation(json, 0).get("output")).putNull("rows"))
        .mentions("cannot be understood");
  }

  @Test
  void rowsThatDoNotFitAreRefused() throws IOException {
    edited(json -> ((ObjectNode) operation(json, 1).get("output")).put("rows", "selected"))
        .mentions("cannot be understood", "rows do not fit each other");
  }

  @Test
  void scoreThatEndsInNoScoreIsRefused() throws IOException {
    edited(
            json -> {
              ObjectNode functions = (ObjectNode) json.get("functions");
              functions.set("score", functions.get("prefill"));
            })
        .mentions("the function 'score' does not lead from the embedding to the vocabulary");
  }

  @Test
  void programWithoutOperationsIsRefused() throws IOException {
    edited(json -> ((ArrayNode) json.at("/functions/score/program/operations")).removeAll())
        .mentions("cannot be understood", "a program without operations");
  }

  @Test
  void libraryWithoutFunctionsIsRefused() throws IOException {
    edited(json -> json.putNull("functions")).mentions("cannot be understood");
  }

  @Test
  void parameterThatTheWeightsDoNotHaveIsRefused() throws IOException {
    edited(json -> ((ObjectNode) operation(json, 0).get("table")).put("name", "nothing"))
        .mentions("reads the tensor 'nothing' of shape", weights, "; compile it again");
  }

  @Test
  void textInPlaceOfTheProgramIsRefused() throws IOException {
    write("\"library\"");
    running().mentions("cannot be understood", "; compile it again");
  }

  private static ObjectNode operation(JsonNode json, int index) {
    return (ObjectNode) json.at("/functions/score/program/operations").get(index);
  }

  /// The refusal of the library with its JSON changed, and a digest that is right.
  private Refusal edited(Consumer<ObjectNode> change) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    String[] parts = Files.readString(library).split("\n", 3);
    ObjectNode json = (ObjectNode) mapper.readTree(parts[2]);
    change.accept(json);
    write(json.toString());
    return running();
  }

  private void write(String json) throws IOException {
    String magic = Files.readString(library).split("\n", 2)[0];
    String digest = Sha256.of(json.getBytes(StandardCharsets.UTF_8));
    Files.writeString(library, magic + "\n" + digest + "\n" + json);
  }

  private Refusal running() {
    return Refusal.of(directory, scoring(weights, library, "cpu"));
  }

  private Object[] scoring(Path model, Path library, String device) {
    return new Object[] {
      "calculate-perplexity",
      "--model",
      model,
      "--model-lib",
      library,
      "--device",
      device,
      "--input-path",
      TinyModel.windows(directory)
    };
  }
}
