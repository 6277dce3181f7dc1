package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.SymbolicLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `inspect` says of models, parts of models, and models that cannot be computed.
class InspectModelsTest {
  private static final Path GGUFS =
      Path.of("../core/src/test/resources/io/github/nonplus/goldens/gguf");

  @TempDir Path directory;

  private String shown(Path path) {
    CommandRun run = CommandRun.of("inspect", path);
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void aSafetensorsFileIsItsTensors() {
    Path file = TinyModel.original("llama").resolve("model.safetensors");
    assertThat(shown(file))
        .startsWith(
            file
                + """
                : a safetensors file
                  tensors    102,720 parameters, 410,880 bytes, 21 tensors (21 F32) in 1 file
                             lm_head.weight [128, 64]
                """)
        .endsWith("             and 13 more\n");
  }

  @Test
  void aConfigurationIsItsModel() {
    Path file = TinyModel.original("llama").resolve("config.json");
    assertThat(shown(file))
        .startsWith(file + ": the configuration of a Hugging Face model\n")
        .contains("  model_type               llama\n", "  context    256 tokens\n")
        .doesNotContain("weights", "tokenizer");
  }

  @Test
  void aConfigurationOfMlcIsItsModel() {
    Path file = TinyModel.llama(directory).converted("q4f16_1").resolve("mlc-chat-config.json");
    assertThat(shown(file))
        .startsWith(file + ": the configuration of converted weights (MLC LLM's format)\n")
        .contains("  model_type               llama\n");
  }

  @Test
  void aModelThatCannotBeComputedIsDescribedWithTheReason() {
    TinyModel model =
        TinyModel.llama(directory)
            .configure(config -> config.put("model_type", "perceiver").put("num_experts", 8));
    assertThat(shown(model.path()))
        .startsWith(model.path() + ": a Hugging Face model\n  weights    102,720 parameters")
        .contains(
            "  model_type               perceiver\n",
            "  architectures            [\"LlamaForCausalLM\"]\n",
            "  num_experts              8\n",
            "  vocab_size               128\n")
        .contains(
            "  evaluated  no: " + model.config() + ": model_type 'perceiver' is not implemented");
  }

  @Test
  void aKeyThatIsNotUnderstoodIsTheReason() {
    TinyModel model = TinyModel.llama(directory).configure(config -> config.put("logit_cap", 30));
    assertThat(shown(model.config()))
        .contains("  hidden_size              64\n", "evaluated  no:", "the key 'logit_cap' (30)");
  }

  @Test
  void weightsThatAreNotReadAreTheReason() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Files.move(model.weights(), model.path().resolve("pytorch_model.bin"));
    assertThat(shown(model.path()))
        .contains("  weights    cannot be read: ", "PyTorch .bin weights only")
        .contains("  rms_norm_eps             1.0E-6\n");
  }

  @Test
  void weightsOfAnotherModelAreTheReason() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    model.tensors().copy("model.norm.weight", "model.extra_norm.weight").write();
    assertThat(shown(model.path()))
        .contains("  evaluated  no: ", "holds the tensor 'model.extra_norm.weight'");
  }

  @Test
  void aTokenizerThatIsNotReadIsNamed() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Files.writeString(model.path().resolve("tokenizer.model"), "x");
    assertThat(shown(model.path()))
        .contains("  tokenizer  tokenizer.model alone (SentencePiece), which is not read;");
  }

  @Test
  void aPointerOfGitLfsIsOne() throws IOException {
    Path file = directory.resolve("model.safetensors");
    Files.writeString(
        file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 2690602800\n");
    assertThat(shown(file))
        .isEqualTo(
            file
                + " is a Git LFS pointer, not the file itself, which has 2690602800 bytes; run git"
                + " lfs pull beside it, or download it again\n");
  }

  @Test
  void aGgufFileIsOne() throws IOException {
    Path file = directory.resolve("llama.gguf");
    ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3).putLong(291).putLong(24);
    Files.write(file, bytes.array());
    assertThat(shown(file))
        .startsWith(file + ": a GGUF file")
        .contains("  evaluated  no: ", "the number of tensors is 291, but only");
    Files.write(file, "GGUF\0\0".getBytes(StandardCharsets.US_ASCII));
    assertThat(shown(file)).contains("it ends within its version");
  }

  @Test
  void aGgufThatCanBeComputedIsItsModel() {
    assertThat(shown(GGUFS.resolve("all-types.gguf")))
        .contains(
            ": a GGUF file (llama.cpp)\n  weights    115,344 bytes, 56 tensors (14 F32, 13 F16, 3 Q8_0,",
            "  general.architecture     llama\n",
            "  tokenizer  none: ",
            "  num_hidden_layers        6\n",
            "  matrices   Q4_K                                     1            2,048 weights"
                + "            1,152 bytes   4.500 bits a weight\n")
        .doesNotContain("evaluated");
    assertThat(shown(GGUFS.resolve("starcoder2.q8_0.gguf")))
        .contains(
            "  taken for  llamacpp: ",
            "sliding_window: ignores sliding_window, which is ",
            "  --as       llamacpp, source");
  }

  @Test
  void valuesThatLookWrongAreNamed() {
    CommandRun run = CommandRun.of("inspect", GGUFS.resolve("starcoder2.q8_0.gguf"), "--values");
    assertThat(run.out()).contains("  values     of 13 matrices: none is suspicious\n");
  }

  @Test
  void tokenizersAreCompared() {
    Path novella = Path.of("../examples/novella-6m");
    assertThat(CommandRun.of("inspect", novella, "--compare-tokenizer", novella).out())
        .endsWith("  the same   ids of 20 texts that tell tokenizers apart\n");
  }

  @Test
  void aFolderOfTheHuggingFaceCacheIsItsSnapshot() throws IOException {
    Path model = directory.resolve("models--owner--name");
    Path snapshot = Files.createDirectories(model.resolve("snapshots/abc"));
    Path blobs = Files.createDirectories(model.resolve("blobs"));
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), "abc");
    for (String name : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(TinyModel.original("llama").resolve(name), blobs.resolve("blob-of-" + name));
      SymbolicLink.make(snapshot.resolve(name), Path.of("../../blobs/blob-of-" + name));
    }
    String expected = shown(snapshot);
    assertThat(expected).startsWith(snapshot + ": a Hugging Face model\n  weights    102,720");
    assertThat(shown(model)).isEqualTo(expected);
    CommandRun scored =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            model,
            "--device",
            "cpu",
            "--input-path",
            TinyModel.windows(directory));
    assertThat(scored.code()).as(scored.err()).isZero();
    Path output = directory.resolve("converted");
    CommandRun converted =
        CommandRun.of("convert-weight", model, "--quantization", "q4f16_1", "--output", output);
    assertThat(converted.code()).as(converted.err()).isZero();
    assertThat(output.resolve("mlc-chat-config.json")).exists();
  }

  @Test
  void aFolderThatIsNoModelIsRefusedWithWhatItIs() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("lora"));
    Files.writeString(folder.resolve("adapter_config.json"), "{}");
    Refusal.of(directory, "inspect", folder)
        .mentions("holds an adapter (adapter_config.json), not a model", "merge_and_unload");
  }
}
