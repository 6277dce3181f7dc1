package io.github.nonplus.protocol;

/// Which special tokens a protocol adds to a text, or puts into its windows.
public enum SpecialTokens {
  /// Whatever the tokenizer adds by default: often one at the begin of the text, sometimes none.
  BY_TOKENIZER("what the tokenizer adds, once"),

  /// None at all.
  NONE("none"),

  /// As the tokenizer does; and if that adds a BOS, it also stands *in the place of* the first id
  /// of every window.
  BOS_IN_WINDOWS_IF_ADDED("what the tokenizer adds; its BOS replaces the first id of each window"),

  /// As the tokenizer does; and the BOS, if the tokenizer knows any, stands in the place of the
  /// first id of every window, whether it is added or not.
  BOS_IN_WINDOWS("what the tokenizer adds; the BOS replaces the first id of each window"),

  /// One token before each text, instead of what the tokenizer adds: the BOS.
  BOS_BEFORE("a BOS before each text"),

  /// One token before each text, instead of what the tokenizer adds: the BOS, or the EOS if there
  /// is no BOS.
  PREFIX("BOS (or else EOS) before each text"),

  /// The same token before each text, *and* what the tokenizer adds: with many tokenizers two BOS,
  /// of which the second is scored.
  PREFIX_AND_BY_TOKENIZER("BOS (or else EOS) before each text, and what the tokenizer adds"),

  /// As the tokenizer does, and an EOS after each row that does not end in one.
  EOS_AFTER_ROWS("what the tokenizer adds to each row, and an EOS after it");

  private final String words;

  SpecialTokens(String words) {
    this.words = words;
  }

  /// What it does, in words.
  public String words() {
    return words;
  }
}
