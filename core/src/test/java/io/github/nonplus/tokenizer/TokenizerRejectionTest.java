package io.github.nonplus.tokenizer;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Directories without a tokenizer, and files that are none.
class TokenizerRejectionTest {
  @TempDir Path directory;

  @Test
  void sentencePieceModelAloneIsRejectedWithTheWayOut() throws IOException {
    Files.createFile(directory.resolve("tokenizer.model"));
    rejects("has only tokenizer.model (SentencePiece), which is not read; save the tokenizer as");
  }

  @Test
  void directoryWithoutATokenizerIsRejected() {
    rejects(directory + " has no tokenizer.json; get the model's tokenizer files");
  }

  @Test
  void missingDirectoryIsRejected() {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> Tokenizer.open(directory.resolve("none")))
        .withMessageContaining("none is not a directory; give the directory of a model");
  }

  @Test
  void cutOffJsonIsRejected() throws IOException {
    rejects("{\"model\": {\n\"vocab\": {\"a\"", "tokenizer.json is not JSON: ", "at line 2");
  }

  @Test
  void deeplyNestedJsonIsRejected() throws IOException {
    rejects("{\"model\":" + "[".repeat(100_000), "tokenizer.json is not JSON: ");
  }

  @Test
  void otherJsonIsRejected() throws IOException {
    rejects("[]", "tokenizer.json is not a JSON object");
    rejects("{\"model\": {}}", "tokenizer.json has no model.vocab, so it is no tokenizer");
  }

  @Test
  void modelThatTheLibraryDoesNotKnowIsRejected() throws IOException {
    rejects(
        "{\"model\": {\"type\": \"Markov\", \"vocab\": {\"a\": 0}}}",
        "tokenizer.json is not a tokenizer that can be used: ");
  }

  @Test
  void mergeOfUnknownTokensIsRejected() throws IOException {
    rejects(
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a b\"]}}",
        "tokenizer.json is not a tokenizer that can be used: ",
        "`b`");
  }

  @Test
  void idsOutOfRangeAreRejected() throws IOException {
    rejects(
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": -1}, \"merges\": []}}",
        "gives the token 'a' the id -1, expected 0 to 2147483646");
    rejects(
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 4294967296}, \"merges\": []}}",
        "gives the token 'a' the id 4294967296");
  }

  @Test
  void brokenSettingsAreRejected() throws IOException {
    Files.writeString(directory.resolve("tokenizer_config.json"), "{");
    rejects("{\"model\": {\"vocab\": {\"a\": 0}}}", "tokenizer_config.json is not JSON: ");
  }

  @Test
  void aFileThatWasNotFetchedIsNamedSo() throws IOException {
    rejects(
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 17525357\n",
        "tokenizer.json is a pointer of Git LFS, not the file itself; get it with git lfs pull");
  }

  @Test
  void numbersThatAreNoneAreNamed() throws IOException {
    rejects("{\"a\": NaN}", "tokenizer.json is not JSON: NaN is no number in JSON at line 1");
  }

  @Test
  void twoValuesUnderOneKeyAreRejected() throws IOException {
    rejects("{\"model\": {}, \"model\": {}}", "not JSON: Duplicate field 'model' at line 1");
  }

  @Test
  void filesThatEndTheLibraryAreRejectedBeforeItSeesThem() throws IOException {
    String model = "\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}";
    rejects("{\"decoder\": {\"type\": 1e999}, " + model, "type is a number too large");
    rejects(
        "{\"pre_tokenizer\": {\"type\": \"FixedLength\", \"length\": 0}, " + model,
        "pre_tokenizer cuts into pieces of the length 0, expected 1 to 2147483647");
    rejects(
        "{\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAA\"}, "
            + model,
        "normalizer precompiled_charsmap has 3 bytes, expected 4 to 16777216");
  }

  private void rejects(String tokenizer, String... parts) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer);
    for (String part : parts) {
      rejects(part);
    }
  }

  private void rejects(String part) {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> Tokenizer.open(directory))
        .withMessageContaining(part);
  }
}
