package io.github.nonplus.tokenizer;

/// What a special token becomes that a text spells out.
public enum SpelledAs {
  /// Its one id, as Hugging Face's library has it by default.
  IDS,

  /// The tokens of its letters, as if it were no special one: so llama.cpp and, with
  /// `split_special_tokens`, transformers.
  LETTERS
}
