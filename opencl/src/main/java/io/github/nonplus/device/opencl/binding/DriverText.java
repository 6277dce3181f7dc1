package io.github.nonplus.device.opencl.binding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Text that a driver wrote, which may end in one zero, in several, or in none.
final class DriverText {
  private DriverText() {}

  /// The text up to its first zero.
  static String of(ByteBuffer bytes) {
    ByteBuffer text = bytes.duplicate();
    int length = 0;
    while (length < text.remaining() && text.get(text.position() + length) != 0) {
      length++;
    }
    byte[] copy = new byte[length];
    text.get(copy);
    return new String(copy, StandardCharsets.UTF_8).strip();
  }

  /// Its words; some drivers name one twice.
  static Set<String> words(String text) {
    Set<String> words = new TreeSet<>();
    Stream.of(text.split("\\s+")).filter(word -> !word.isEmpty()).forEach(words::add);
    return words;
  }
}
