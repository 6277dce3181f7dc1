package io.github.nonplus.tokenizer.fence;

import java.time.Duration;

/// The most that one request may take. It is far from what any tokenizer in use needs, on a busy
/// machine too, and grows with what is asked for.
///
/// @param time from sending the request to its reply
/// @param memory resident bytes of the whole process
record Bound(Duration time, long memory) {
  private static final double MIB = 1 << 20;
  private static final Duration PER_MIB_OF_FILE = Duration.ofSeconds(10);
  private static final Duration PER_MIB_OF_TEXT = Duration.ofSeconds(60);

  /// The library takes some 10 bytes for each byte of a vocabulary, and 150 for each of a text.
  private static final int MEMORY_OF_FILE = 128;

  private static final int MEMORY_OF_TEXT = 512;

  /// What a request of nothing may take.
  static final Bound SMALLEST = new Bound(Duration.ofSeconds(60), 1L << 30);

  /// Bound for loading a `tokenizer.json` of so many bytes; also the basis of what comes after.
  Bound forFile(int bytes) {
    return more(bytes, PER_MIB_OF_FILE, MEMORY_OF_FILE);
  }

  /// Bound for a text of so many bytes.
  Bound forText(int bytes) {
    return more(bytes, PER_MIB_OF_TEXT, MEMORY_OF_TEXT);
  }

  private Bound more(int bytes, Duration perMib, int memoryPerByte) {
    Duration longer = Duration.ofMillis(Math.round(perMib.toMillis() * (bytes / MIB)));
    return new Bound(time.plus(longer), memory + (long) memoryPerByte * bytes);
  }
}
