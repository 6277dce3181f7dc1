package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hugging Face checkpoints that must not be evaluated.
class CheckpointRefusalTest {
  private static final String NORM = "model.norm.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  @TempDir Path directory;

  @Test
  void truncatedSafetensorsAreRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    byte[] bytes = Files.readAllBytes(model.weights());
    Files.write(model.weights(), Arrays.copyOf(bytes, bytes.length - 100));
    scoring(model)
        .says(
            "%s: tensor '%s' should lie at bytes 410624 to 410880, but the file has 410780 bytes of"
                + " tensors; it is truncated or damaged, download it again",
            model.weights(), NORM);
  }

  @Test
  void headerLengthBeyondTheFileIsRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    byte[] bytes = Files.readAllBytes(model.weights());
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 40);
    Files.write(model.weights(), bytes);
    scoring(model)
        .says(
            "%s: the header should be 1099511627776 bytes long, but %d bytes follow and at most"
                + " 100000000 are read; the file is truncated or is no safetensors file",
            model.weights(), bytes.length - 8);
  }

  @Test
  void overlappingTensorsAreRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    TensorFile.write(
        model.weights(),
        """
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
         "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}""",
        new byte[12]);
    scoring(model)
        .mentions(
            model.weights() + ": tensor 'b' begins at byte 4, overlapping tensor 'a', which ends",
            "download it again");
  }

  @Test
  void zeroBytesOfSafetensorsAreRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Files.write(model.weights(), new byte[0]);
    scoring(model)
        .says("%s: 0 bytes are too few for a safetensors file; download it again", model.weights());
  }

  @Test
  void wrongShapeIsRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    model.tensors().shape("lm_head.weight", 64, 128).write();
    scoring(model)
        .says(
            "%s: tensor 'lm_head.weight' has shape [64, 128], expected [128, 64] as config.json"
                + " says; check that config.json belongs to these weights",
            model.weights());
  }

  @Test
  void missingTensorIsRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    model.tensors().remove(NORM).write();
    scoring(model)
        .says(
            "%s has no tensor '%s', which the model needs; check that config.json belongs to these"
                + " weights and that all files are there",
            model.path(), NORM);
  }

  @Test
  void tensorThatTheModelDoesNotUseIsRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    model.tensors().copy(NORM, "model.extra_norm.weight").write();
    scoring(model)
        .says(
            "%s: the checkpoint holds the tensor 'model.extra_norm.weight', which a llama of this"
                + " configuration does not use; check that config.json belongs to these weights",
            model.path());
  }

  @Test
  void weightThatIsNotANumberIsRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    model.tensors().set("lm_head.weight", 3 * 64 + 17, Float.NaN).write();
    scoring(model)
        .says(
            "%s: tensor 'lm_head.weight' holds a value at [3, 17] that is no finite number; the"
                + " checkpoint is damaged",
            model.weights());
  }

  @Test
  void weightThatIsNotANumberIsNotConverted() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    model.tensors().set("lm_head.weight", 3 * 64 + 17, Float.NaN).write();
    converting(model).mentions(directory, "'lm_head.weight'", "[3, 17]");
  }

  @Test
  void checkpointThatIsMissingATensorIsNotConverted() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    model.tensors().remove(NORM).write();
    converting(model).mentions(model.path(), "has no tensor '" + NORM + "'");
  }

  @Test
  void tiedModelWithAHeadThatDiffersFromItsEmbeddingIsRefused() throws IOException {
    TinyModel model = tied();
    model.tensors().set("lm_head.weight", 0, 0.5f).write();
    scoring(model)
        .says(
            "%s: the tensor 'lm_head.weight' differs from '%s', although config.json ties the two;"
                + " set tie_word_embeddings to false if it is to be used, or remove the tensor",
            model.path(), EMBEDDING);
  }

  @Test
  void tiedModelWithAHeadThatDiffersFromItsEmbeddingIsNotConverted() throws IOException {
    TinyModel model = tied();
    model.tensors().set("lm_head.weight", 0, 0.5f).write();
    converting(model).mentions("'lm_head.weight' differs from '" + EMBEDDING + "'");
  }

  @Test
  void tiedModelWithASecondCopyOfItsEmbeddingIsScored() throws IOException {
    TinyModel model = tied();
    CommandRun run = CommandRun.of(scoring(model.path()));
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void directoryWithoutSafetensorsIsRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Files.delete(model.weights());
    scoring(model)
        .says(
            "%s holds neither model.safetensors nor model.safetensors.index.json; expected a"
                + " Hugging Face model",
            model.path());
  }

  @Test
  void directoryWithPickledWeightsOnlyIsRefused() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Files.move(model.weights(), model.path().resolve("pytorch_model.bin"));
    scoring(model)
        .says(
            "%s holds PyTorch .bin weights only (pytorch_model.bin); save the model as safetensors"
                + " (save_pretrained with safe_serialization=True)",
            model.path());
  }

  @Test
  void missingShardIsRefused() throws IOException {
    TinyModel model = TinyModel.copy("llama-tied-sharded", directory);
    Path shard = model.path().resolve("model-00002-of-00002.safetensors");
    Files.delete(shard);
    scoring(model).says("%s is missing; download it", shard);
  }

  @Test
  void emptyDirectoryIsRefused() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    scoring(new TinyModel(empty))
        .says(
            "%s holds neither config.json nor mlc-chat-config.json; give the directory of a Hugging"
                + " Face model or of converted weights",
            empty);
  }

  @Test
  void fileInPlaceOfTheDirectoryIsRefused() {
    TinyModel model = TinyModel.llama(directory);
    scoring(new TinyModel(model.config()))
        .says(
            "%s is a file, but no GGUF; give the directory of a Hugging Face model or of converted"
                + " weights, or a GGUF file",
            model.config());
  }

  @Test
  void directoryThatIsNotThereIsRefused() {
    Path nowhere = directory.resolve("nowhere");
    scoring(new TinyModel(nowhere))
        .says(
            "%s does not exist; give the directory of a Hugging Face model or of converted"
                + " weights, or a GGUF file",
            nowhere);
  }

  /// A Llama in float32 whose head is a copy of its embedding.
  private TinyModel tied() throws IOException {
    TinyModel model =
        TinyModel.llama(directory).configure(config -> config.put("tie_word_embeddings", true));
    model.tensors().copy(EMBEDDING, "lm_head.weight").write();
    return model;
  }

  private Refusal scoring(TinyModel model) {
    return Refusal.of(directory, scoring(model.path()));
  }

  private Object[] scoring(Path model) {
    return new Object[] {
      "calculate-perplexity",
      "--model",
      model,
      "--device",
      "cpu",
      "--input-path",
      TinyModel.windows(directory),
      "--per-token",
      directory.resolve("tokens.tsv")
    };
  }

  private Refusal converting(TinyModel model) {
    Path output = directory.resolve("a/new/place");
    return Refusal.of(
        directory, "convert-weight", model.path(), "--quantization", "q4f16_1", "--output", output);
  }
}
