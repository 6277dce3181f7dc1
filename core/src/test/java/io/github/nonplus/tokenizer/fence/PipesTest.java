package io.github.nonplus.tokenizer.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.EOFException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(
    value = {OS.LINUX, OS.MAC},
    disabledReason = "starts a shell")
class PipesTest {
  private static Process shell(String words) throws Exception {
    return new ProcessBuilder("sh", "-c", words).start();
  }

  @Test
  void whatTheProcessSaidBeforeItEndedArrives() throws Exception {
    Process process = shell("printf abc");
    process.waitFor();
    try (Pipes pipes = new Pipes(process)) {
      byte[] said = pipes.exchange((_, replies) -> replies.readNBytes(3));
      assertThat(said).asString().isEqualTo("abc");
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(() -> pipes.exchange((_, replies) -> replies.readByte()));
    }
  }

  /// On Windows any process that starts at the same moment can hold a pipe's end. Here, a read that
  /// began before the process ended waits for whoever holds it.
  @Test
  void aPipeThatOutlivesItsProcessIsNotWaitedFor() throws Exception {
    try (Pipes pipes = new Pipes(shell("sleep 60 & echo $!; sleep 1"))) {
      long sleeper =
          Long.parseLong(
              pipes.exchange(
                  (_, replies) -> {
                    StringBuilder digits = new StringBuilder();
                    for (int c = replies.read(); c != '\n'; c = replies.read()) {
                      digits.append((char) c);
                    }
                    return digits.toString();
                  }));
      try {
        assertThatExceptionOfType(EOFException.class)
            .isThrownBy(() -> pipes.exchange((_, replies) -> replies.readByte()))
            .withMessage("the process has ended, and its pipe has not");
      } finally {
        ProcessHandle.of(sleeper).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  @Test
  void whatAnExchangeThrowsReachesWhoeverAsked() throws Exception {
    try (Pipes pipes = new Pipes(shell("cat"))) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  pipes.exchange(
                      (_, _) -> {
                        throw new IllegalStateException("no");
                      }))
          .withMessage("no");
    }
  }
}
