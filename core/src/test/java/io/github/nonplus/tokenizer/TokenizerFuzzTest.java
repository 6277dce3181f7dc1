package io.github.nonplus.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.JsonMutation;
import io.github.nonplus.Mutation;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.tokenizer.fence.TokenizerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokenizers from strangers, changed in their structure and in their bytes: each is read and
/// tokenizes some texts, or is refused in one sentence. `-Dnonplus.fuzz.tokenizers=20000` takes as
/// many as a release should; `-Dnonplus.fuzz.seed=N` begins elsewhere.
class TokenizerFuzzTest {
  private static final int FILES = Integer.getInteger("nonplus.fuzz.tokenizers", 400);
  private static final int FIRST = Integer.getInteger("nonplus.fuzz.seed", 0);

  private static final List<String> TEXTS =
      List.of(
          "ab ab  <s> x</s> <x y> a1b22 \n e\u0301 \u0130 ﬀ 日本 👩‍👩‍👧 </w>##b",
          "a".repeat(300) + "ab ".repeat(100) + "\u0000\ufeff");

  @TempDir Path directory;
  private TokenizerProcess process;
  private int seed;
  private final Map<String, List<Integer>> endings = new TreeMap<>();

  @Test
  void everyTokenizerIsReadOrRefusedInOneSentence() throws IOException {
    List<JsonNode> seeds = TokenizerSeeds.all();
    int read = 0;
    for (int seed = FIRST; seed < FIRST + FILES; seed++) {
      byte[] file = new JsonMutation(seed, seeds).next().getBytes(StandardCharsets.UTF_8);
      if (seed % 4 == 0) {
        file = new Mutation(seed).of(file, file.length);
      }
      try {
        this.seed = seed;
        read += isRead(file) ? 1 : 0;
      } catch (RuntimeException | Error failure) {
        throw new AssertionError(
            "seed %d: %s".formatted(seed, new String(file, StandardCharsets.UTF_8)), failure);
      }
    }
    process().close();
    // What the rules let through and the fence had to hold, by the seed of the file.
    endings.forEach((sentence, which) -> System.err.println(which + " " + sentence));
    assertThat(endings.values().stream().mapToInt(List::size).sum())
        .as("files that the rules should have held back")
        .isLessThanOrEqualTo(1 + FILES / 500);
    assertThat(read).isBetween(FILES / 10, FILES - 1);
  }

  @Test
  void everySeedIsRead() throws IOException {
    for (JsonNode seed : TokenizerSeeds.all()) {
      assertThat(isRead(seed.toString().getBytes(StandardCharsets.UTF_8))).as("%s", seed).isTrue();
    }
    process().close();
  }

  private boolean isRead(byte[] bytes) throws IOException {
    Files.write(directory.resolve("tokenizer.json"), bytes);
    try {
      Tokenizer tokenizer =
          Tokenizer.load(
              TokenizerFiles.of(directory),
              bytes,
              process(),
              seed % 8 == 0 ? SpelledAs.LETTERS : SpelledAs.IDS);
      for (String text : TEXTS) {
        tokenizer.decode(tokenizer.encode(text));
      }
      return true;
    } catch (CorpusException sentence) {
      assertThat(sentence.getMessage()).isNotBlank().doesNotContain("\n");
      if (process.hasEnded()) {
        String words = sentence.getMessage().replace(directory.toString(), "");
        endings.computeIfAbsent(words, _ -> new ArrayList<>()).add(seed);
        process.close();
      }
      return false;
    }
  }

  private TokenizerProcess process() {
    if (process == null || process.hasEnded()) {
      process = TokenizerProcess.start(Duration.ofSeconds(20));
    }
    return process;
  }
}
