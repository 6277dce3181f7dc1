package io.github.nonplus.tokenizer.gguf;

/// What a token is, in the order of the numbers in files.
enum TokenKind {
  UNDEFINED,
  NORMAL,
  UNKNOWN,
  CONTROL,
  USER_DEFINED,
  UNUSED,
  BYTE;

  /// A number that is none of these is undefined.
  static TokenKind of(long number) {
    return number >= 0 && number < values().length ? values()[(int) number] : UNDEFINED;
  }
}
