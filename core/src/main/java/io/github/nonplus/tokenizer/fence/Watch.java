package io.github.nonplus.tokenizer.fence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Looks at a process forty times a second: collects what it says on standard error, and ends it
/// when a request takes longer or more memory than its [Bound]. Memory is looked at where `/proc`
/// shows it, on Linux; elsewhere time alone is bounded.
final class Watch implements Runnable {
  private static final int LOOK_EVERY_MS = 25;
  private static final int MOST_WORDS = 1 << 16;
  private static final int KIB = 1024;

  /// A request under way.
  private record Request(Bound bound, long started) {}

  private final Process process;
  private final Path status;
  private final ByteArrayOutputStream words = new ByteArrayOutputStream();
  private volatile Request request;
  private volatile String verdict;

  Watch(Process process) {
    this.process = process;
    this.status = Path.of("/proc", Long.toString(process.pid()), "status");
  }

  /// A request begins.
  void begin(Bound bound) {
    request = new Request(bound, System.nanoTime());
  }

  /// Its reply was read.
  void end() {
    request = null;
  }

  /// Why the process was ended; empty if it ended by itself.
  Optional<String> verdict() {
    return Optional.ofNullable(verdict);
  }

  /// What the process said on standard error; whole once the watch is over.
  String words() {
    return words.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void run() {
    try {
      while (process.isAlive()) {
        Thread.sleep(LOOK_EVERY_MS);
        listen();
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    listen();
  }

  private void listen() {
    try {
      InputStream said = process.getErrorStream();
      for (int there = said.available(); there > 0; there = said.available()) {
        byte[] bytes = said.readNBytes(there);
        words.write(bytes, 0, Math.min(bytes.length, MOST_WORDS - words.size()));
      }
    } catch (IOException e) {
      // The process is gone, and its pipe with it: there is nothing more to hear.
    }
  }

  private void look() {
    Request now = request;
    if (now == null) {
      return;
    }
    if (System.nanoTime() - now.started() > now.bound().time().toNanos()) {
      end("had not finished after %d s".formatted(now.bound().time().toSeconds()));
    } else if (resident() > now.bound().memory()) {
      end("had taken more than %d MiB of memory".formatted(now.bound().memory() >> 20));
    }
  }

  private void end(String sentence) {
    verdict = sentence;
    process.destroyForcibly();
  }

  private long resident() {
    try (var lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> KIB * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0; // no such system, or it has just ended
    }
  }
}
