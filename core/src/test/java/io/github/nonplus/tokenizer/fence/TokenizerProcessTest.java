package io.github.nonplus.tokenizer.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Files that end the native library's whole process end in a sentence here. They are handed over
/// as they are: what is looked at before that is not what is tested.
class TokenizerProcessTest {
  private static final String MODEL =
      "\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1, \" \": 2}, \"merges\": []}}";
  private static final String PLAIN = "{" + MODEL;

  /// Its template puts a token that is not there before a text.
  private static final String TEMPLATE =
      "{\"post_processor\": {\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {"
          + "\"id\": \"<x>\", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}],"
          + " \"pair\": [], \"special_tokens\": {}}, "
          + MODEL;

  /// Forty steps, of which each makes two letters of one.
  private static final String ENDLESS =
      "{\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": ["
          + "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"aa\"},"
              .repeat(39)
          + "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"aa\"}]}, "
          + MODEL;

  private static void load(TokenizerProcess process, String json) {
    process.load("f.json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static void fails(ThrowingCallable request, String... parts) {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(request)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void idsAndTextsGoThroughThePipe() {
    try (TokenizerProcess process = TokenizerProcess.start()) {
      load(process, PLAIN);
      assertThat(process.encode("ab a", false)).containsExactly(0, 1, 2, 0);
      assertThat(process.encode("", true)).isEmpty();
      assertThat(process.decode(new int[] {1, 0})).isEqualTo("b a");
      assertThat(process.encode("ab".repeat(50_000), true)).hasSize(100_000);
    }
  }

  @Test
  void whatTheLibraryRefusesLeavesTheProcessForAnother() {
    try (TokenizerProcess process = TokenizerProcess.start()) {
      fails(() -> process.encode("a", false), "cannot be tokenized: no tokenizer is loaded");
      fails(() -> load(process, "{}"), "f.json is not a tokenizer that can be used: ");
      load(process, PLAIN);
      assertThat(process.encode("b", false)).containsExactly(1);
    }
  }

  @Test
  void aPanicWhileAFileIsReadIsASentence() {
    try (TokenizerProcess process = TokenizerProcess.start()) {
      fails(
          () -> load(process, "{\"decoder\": {\"type\": 1e999}, " + MODEL),
          "f.json: the native tokenizer ended (status ",
          "while it read the file; get the model's tokenizer files anew");
      fails(() -> process.encode("a", false), "while it read the file");
    }
  }

  @Test
  void aPanicWhileATextIsTokenizedIsASentence() {
    try (TokenizerProcess process = TokenizerProcess.start()) {
      load(process, TEMPLATE);
      fails(
          () -> process.encode("abba", true),
          "f.json: the native tokenizer ended (status ",
          "while it tokenized a text of 4 bytes");
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "memory is bounded on Linux alone")
  void memoryWithoutEndIsBounded() {
    Bound bound = new Bound(Duration.ofSeconds(60), 400L << 20);
    try (TokenizerProcess process = TokenizerProcess.start(bound)) {
      load(process, ENDLESS);
      fails(() -> process.encode("abba", true), "had taken more than 400 MiB of memory while it");
    }
  }

  @Test
  void timeWithoutEndIsBounded() {
    Bound bound = new Bound(Duration.ZERO, 1L << 30);
    try (TokenizerProcess process = TokenizerProcess.start(bound)) {
      fails(() -> load(process, PLAIN), "had not finished after 0 s while it read the file");
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
  void anAbortLeavesNoFileOfMemory() throws IOException {
    try (TokenizerProcess process = TokenizerProcess.start()) {
      load(process, PLAIN);
      Path limits = Path.of("/proc", Long.toString(process.handle().pid()), "limits");
      assertThat(Files.readString(limits)).containsPattern("Max core file size +0 +0 ");
    }
  }

  @Test
  void theProcessEndsWhenItIsClosed() throws Exception {
    TokenizerProcess process = TokenizerProcess.start();
    load(process, PLAIN);
    process.close();
    assertThat(process.handle().onExit().get(60, TimeUnit.SECONDS).isAlive()).isFalse();
  }

  /// A terminal sends it to all processes of a job; what becomes of the job is for ours to say.
  @Test
  @EnabledOnOs(
      value = {OS.LINUX, OS.MAC},
      disabledReason = "no signal goes to a group there")
  void anInterruptOfTheGroupDoesNotEndIt() throws IOException, InterruptedException {
    try (TokenizerProcess process = TokenizerProcess.start()) {
      load(process, PLAIN);
      for (String signal : new String[] {"-INT", "-TERM"}) {
        String pid = Long.toString(process.handle().pid());
        assertThat(new ProcessBuilder("kill", signal, pid).start().waitFor()).isZero();
        Thread.sleep(200);
        assertThat(process.encode("b", false)).containsExactly(1);
      }
    }
  }

  @Test
  void whatHelpsDependsOnWhyALibraryCannotBeLoaded() {
    assertThat(
            TokenizerProcess.remedy(
                "java.lang.UnsatisfiedLinkError: /c/libtokenizers.so: libstdc++.so.6: cannot open"
                    + " shared object file: No such file or directory"))
        .contains("libstdc++6");
    assertThat(
            TokenizerProcess.remedy(
                "java.lang.UnsatisfiedLinkError: /c/libtokenizers.so: failed to map segment from"
                    + " shared object: Operation not permitted"))
        .contains("nonplus.cache");
  }
}
