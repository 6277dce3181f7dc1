package io.github.nonplus.receipt;

/// One thing that a result says of where it came from, looked at again.
///
/// @param subject in words: `windows`, `weights`
/// @param claimed by the result; null if it says nothing
/// @param found now; null if it could not be looked at
/// @param note where it was looked for, or why it could not be looked at
public record Check(String subject, State state, String claimed, String found, String note) {
  /// What came of it.
  public enum State {
    /// As the result says.
    MATCHES,
    /// Not as the result says.
    DIFFERS,
    /// Not there, so nothing is known.
    ABSENT,
    /// The result says nothing of it.
    UNCLAIMED
  }

  static Check of(String subject, String claimed, String found, String note) {
    State state = claimed.equals(found) ? State.MATCHES : State.DIFFERS;
    return new Check(subject, state, claimed, found, note);
  }

  static Check absent(String subject, String claimed, String why) {
    return new Check(subject, State.ABSENT, claimed, null, why);
  }

  static Check unclaimed(String subject) {
    return new Check(subject, State.UNCLAIMED, null, null, "the result does not say");
  }
}
