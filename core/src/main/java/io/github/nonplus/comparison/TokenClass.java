package io.github.nonplus.comparison;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// What kind of token one is, by its text and that of the one before.
public enum TokenClass {
  WORD("start of a word"),
  CONTINUATION("inside a word"),
  NUMBER("digits"),
  PUNCTUATION("punctuation"),
  LINE_BREAK("line break"),
  SPACE("other white space"),
  FRAGMENT("part of a character");

  private final String label;

  TokenClass(String label) {
    this.label = label;
  }

  /// For people.
  public String label() {
    return label;
  }

  /// The class of a token.
  ///
  /// @param before bytes of the token before
  /// @param bytes its own
  public static TokenClass of(byte[] before, byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException part) {
      return FRAGMENT;
    }
    if (text.codePoints().anyMatch(Character::isLetter)) {
      return Character.isLetter(text.codePointAt(0)) && endsInLetter(before) ? CONTINUATION : WORD;
    }
    if (text.codePoints().anyMatch(Character::isDigit)) {
      return NUMBER;
    }
    if (!text.isBlank()) {
      return PUNCTUATION;
    }
    return text.contains("\n") ? LINE_BREAK : SPACE;
  }

  private static boolean endsInLetter(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return !text.isEmpty() && Character.isLetter(text.codePointBefore(text.length()));
  }
}
