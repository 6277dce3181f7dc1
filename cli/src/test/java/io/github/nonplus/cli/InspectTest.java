package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract of `inspect`, to the letter.
class InspectTest {
  private static final String FACTS =
      """
        model_type               llama
        hidden_size              64
        intermediate_size        128
        num_hidden_layers        2
        num_attention_heads      4
        num_key_value_heads      2
        head_dim                 24
        vocab_size               128
        rms_norm_eps             1.0E-6
        rotation                 DefaultRotation[base=10000.0]
        hidden_act               silu
        attention_bias           false
        mlp_bias                 false
        tie_word_embeddings      false
      """;

  @TempDir Path directory;

  @Test
  void huggingFaceModel() {
    shows(
        TinyModel.original("llama"),
        """
        PATH: a Hugging Face model
          weights    102,720 parameters, 410,880 bytes, 21 tensors (21 F32) in 1 file
        FACTS\
          context    256 tokens
          matrices   float32                                 16          102,400 weights          409,600 bytes  32.000 bits a weight
          matrices   all matrices                            16          102,400 weights          409,600 bytes  32.000 bits a weight
          matrices   without embedding and output layer      14           86,016 weights          344,064 bytes  32.000 bits a weight
          tokenizer  none
        """);
  }

  @Test
  void whateverARunWritesIsKnown() throws IOException {
    Path windows = TinyModel.windows(directory);
    Path record = directory.resolve("record");
    Path journal = directory.resolve("journal");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            TinyModel.original("llama"),
            "--device=cpu",
            "--kernels=scalar",
            "--input-path",
            windows,
            "--journal",
            journal,
            "--record",
            record,
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    Path result = Files.writeString(directory.resolve("result"), run.out());
    Path origin =
        new WindowsOrigin(Sha256.of(windows), "text.txt", "ab", "cd", 5, 3, 12, 0).write(windows);
    assertShows(record, "a result with its scores", "holds      the losses of 9 tokens in 3");
    assertShows(result, "a result without its scores", "perplexity ");
    assertShows(journal, "a journal", "3 of the 3 of part 1/1 are finished");
    assertShows(origin, "where the windows of a file come from", "5 ids every 3 tokens");
    TinyModel.edit(result, json -> json.put("perplexity", 1.0));
    Refusal.of(directory, "inspect", result).mentions(result, "claims perplexity 1.0");
  }

  private static void assertShows(Path file, String... words) {
    CommandRun run = CommandRun.of("inspect", file);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith(file + ": " + words[0] + "\n").contains(words[1]);
  }

  @Test
  void shardedModel() {
    assertThat(CommandRun.of("inspect", TinyModel.original("llama-tied-sharded")).out())
        .contains("29 tensors (29 BF16) in 2 files\n")
        .contains("tie_word_embeddings      true\n");
  }

  @Test
  void convertedWeights() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Path weights = model.converted("q4f16_1");
    Files.writeString(weights.resolve("tokenizer.json"), "{}");
    shows(
        weights,
        """
        PATH: converted weights (MLC LLM's format)
          weights    q4f16_1, 58,240 bytes, 25 tensors in 1 shard, index tensor-cache.json
        FACTS\
          interpretation           mlc
          context    256 tokens
          matrices   q4f16_1 NK float16                      16          102,400 weights           57,600 bytes   4.500 bits a weight
          matrices   all matrices                            16          102,400 weights           57,600 bytes   4.500 bits a weight
          matrices   without embedding and output layer      14           86,016 weights           48,384 bytes   4.500 bits a weight
          taken for  mlc: what MLC LLM's own llama computes, in float32 arithmetic
          --as       mlc, source
          tokenizer  tokenizer.json
        """);
  }

  @Test
  void modelLibrary() {
    shows(
        TinyModel.llama(directory).compiled("q4f16_1", "--perplexity"),
        """
        PATH: a model library
          compiled   by Nonplus VERSION for the device cpu
          weights    q4f16_1
          function   prefill: 24 operations, 2,048 bytes of activations a token
          function   score: 24 operations, 2,048 bytes of activations a token
        FACTS\
          interpretation           mlc
          context    256 tokens, batches of 2048
        """);
  }

  @Test
  void modelLibraryThatCannotScore() {
    assertThat(CommandRun.of("inspect", TinyModel.llama(directory).compiled("q0f32")).out())
        .contains("  it cannot score: it was compiled without --perplexity\n")
        .doesNotContain("function   score");
  }

  @Test
  void windowsWithoutAnOrigin() throws IOException {
    Path windows = TinyModel.windows(directory);
    shows(
        windows,
        """
        PATH: a file of windows
          windows    3 of up to 5 ids, the last of 4; 12 ids, 9 of them scored
          protocol   qualcomm-mlc: exp of the mean over windows of the mean over scored tokens
          ids        up to 12
          sha256     %s
          text       unknown: nothing beside the file says where it comes from
        """
            .formatted(Sha256.of(windows)));
  }

  @Test
  void windowsWithAnOrigin() throws IOException {
    Path windows = TinyModel.windows(directory);
    new WindowsOrigin(Sha256.of(windows), "book", "5".repeat(64), "7".repeat(64), 5, 4, 9, 0)
        .write(windows);
    assertThat(CommandRun.of("inspect", windows).out())
        .endsWith(
            """
              text       book, 9 tokens, sha256 %s
              cut        5 ids every 4 tokens
              tokenizer  sha256 %s
            """
                .formatted("5".repeat(64), "7".repeat(64)));
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path notes = Files.writeString(directory.resolve("notes.json"), "{\"model_type\": \"a\"}");
    Refusal.of(directory, "inspect", notes)
        .says(
            "%s is nothing that Nonplus writes or reads: no model library, windows, journal, record or"
                + " result; give one of these, a safetensors file, a config.json, or the directory of a"
                + " Hugging Face model or of converted weights",
            notes);
  }

  @Test
  void otherDirectoriesAreRefused() {
    Refusal.of(directory, "inspect", directory)
        .says(
            "%s holds neither config.json nor mlc-chat-config.json; give the directory of a Hugging"
                + " Face model or of converted weights",
            directory);
  }

  @Test
  void missingFilesAreRefused() {
    Path nowhere = directory.resolve("nowhere");
    Refusal.of(directory, "inspect", nowhere)
        .says("%s does not exist; give a file or directory", nowhere);
  }

  @Test
  void missingPathIsAUsageError() {
    assertThat(CommandRun.of("inspect"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "nonplus: Missing required parameter: 'PATH'\nSee 'nonplus inspect --help'.\n"));
  }

  private static void shows(Path path, String expected) {
    assertThat(CommandRun.of("inspect", path))
        .isEqualTo(
            new CommandRun(
                0,
                expected
                    .replace("PATH", path.toString())
                    .replace("VERSION", io.github.nonplus.version.Version.number())
                    .replace("FACTS", FACTS),
                ""));
  }
}
