package io.github.nonplus.tokenizer.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.CorpusException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/// The rules for SentencePiece's table of replacements, which the library walks through unchecked.
///
/// ```
/// precompiled_charsmap   base64 of:
///   uint32 LE            bytes of the trie, a multiple of 4
///   uint32 LE …          the trie, a double array: at the place of a state lies its label; its
///                        offset ^ place is where its children begin, each at begin ^ byte
///   UTF-8 …              replacements, each ended by a zero byte; a leaf is the place of one
/// ```
///
/// Every state that bytes can lead to must lie within the array, and every leaf at the begin of a
/// character.
final class CharsmapRules {
  private static final int MOST_BYTES = 16 << 20;

  private final Violation violation;
  private final String where;

  CharsmapRules(Violation violation, String where) {
    this.violation = violation;
    this.where = where;
  }

  void check(JsonNode step) {
    JsonNode map = step.path("precompiled_charsmap");
    if (!map.isTextual()) {
      throw failure("is no text");
    }
    byte[] bytes = decoded(map.asText());
    if (bytes.length < Integer.BYTES || bytes.length > MOST_BYTES) {
      throw failure("has %d bytes, expected 4 to %d", bytes.length, MOST_BYTES);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long size = Integer.toUnsignedLong(buffer.getInt());
    if (size == 0 || size % Integer.BYTES != 0 || size > buffer.remaining()) {
      throw failure(
          "has a trie of %d bytes, expected a multiple of 4 up to %d", size, buffer.remaining());
    }
    IntBuffer trie =
        buffer.slice(Integer.BYTES, (int) size).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    byte[] texts = new byte[buffer.remaining() - (int) size];
    buffer.position(Integer.BYTES + (int) size).get(texts);
    requireText(texts);
    walk(trie, texts);
  }

  private byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw failure("is not base64");
    }
  }

  private void requireText(byte[] texts) {
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
      if (texts.length > 0 && decoded.get(decoded.length() - 1) != 0) {
        throw failure("ends in the midst of a replacement");
      }
    } catch (CharacterCodingException e) {
      throw failure("has replacements that are not UTF-8");
    }
  }

  /// Visits each state once; more would be reached from two places, and there are at most as many
  /// as units.
  private void walk(IntBuffer trie, byte[] texts) {
    BitSet seen = new BitSet(trie.capacity());
    Deque<Integer> begins = new ArrayDeque<>();
    begins.add(offset(trie.get(0)));
    while (!begins.isEmpty()) {
      int begin = begins.remove();
      if (seen.get(begin)) {
        continue;
      }
      require(begin | 0xff, trie);
      seen.set(begin);
      for (int label = 1; label <= 0xff; label++) {
        int unit = trie.get(begin ^ label);
        if (label(unit) == label) {
          int next = (begin ^ label) ^ offset(unit);
          require(next, trie);
          if (hasLeaf(unit)) {
            leaf(trie.get(next), texts);
          }
          begins.add(next);
        }
      }
    }
  }

  private void require(int place, IntBuffer trie) {
    if (place >= trie.capacity()) {
      throw failure("leads out of its trie of %d units", trie.capacity());
    }
  }

  private void leaf(int unit, byte[] texts) {
    int place = unit & Integer.MAX_VALUE;
    if (place >= texts.length || (texts[place] & 0xc0) == 0x80) {
      throw failure("has a replacement at %d, where none begins", place);
    }
  }

  private static boolean hasLeaf(int unit) {
    return (unit >>> 8 & 1) == 1;
  }

  private static int label(int unit) {
    return unit & (Integer.MIN_VALUE | 0xff);
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 1 << 9) >>> 6);
  }

  private CorpusException failure(String found, Object... values) {
    return violation.of(where, "precompiled_charsmap " + found, values);
  }
}
