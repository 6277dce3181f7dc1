package io.github.nonplus.tokenizer.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.SystemName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
  private static final byte[] PLAIN =
      "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}".getBytes();

  @TempDir Path directory;
  private String before;

  @BeforeEach
  void anotherCache() {
    before = System.getProperty("nonplus.cache");
    System.setProperty("nonplus.cache", directory.resolve("cache").toString());
  }

  @AfterEach
  void theCacheAsItWas() {
    if (before == null) {
      System.clearProperty("nonplus.cache");
    } else {
      System.setProperty("nonplus.cache", before);
    }
  }

  /// Until its process is gone, Windows lets nobody remove what it has loaded.
  private void loads() throws Exception {
    TokenizerProcess process = TokenizerProcess.start();
    try (process) {
      process.load("f.json", PLAIN);
      assertThat(process.encode("aa", false)).containsExactly(0, 0);
    }
    process.handle().onExit().get(1, TimeUnit.MINUTES);
  }

  @Test
  void anotherLibraryOfTheSameLengthIsNotLoaded() throws Exception {
    loads();
    Path file = NativeLibrary.ofThisSystem().file();
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    Files.write(file, new byte[bytes.length]);
    loads();
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void aSystemWithoutALibraryIsTold() {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> NativeLibrary.on("linux-riscv64"))
        .withMessage(
            "the tokenizer's native library is not there for linux-riscv64, only for linux-x86_64,"
                + " linux-aarch64, osx-aarch64 and win-x86_64; tokenize on one of these");
  }

  @Test
  void windowsForAnotherProcessorIsToldWhatWorksInstead() {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> NativeLibrary.on(SystemName.of("Windows 11", "aarch64")))
        .withMessageEndingWith(
            "tokenize on one of these and bring the windows here, or use a Java for x86-64, which"
                + " this Windows emulates");
  }
}
