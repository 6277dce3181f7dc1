package io.github.nonplus.report;

import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.measurement.WindowsAccount;
import io.github.nonplus.protocol.Protocol;
import java.util.List;

/// A file of windows in words and numbers.
public final class WindowsText {
  private WindowsText() {}

  /// Lines for a terminal.
  public static List<String> of(WindowsAccount account) {
    Protocol protocol = account.protocol();
    return List.of(
        "Protocol: %s, %s".formatted(protocol.name(), protocol.averaging().law()),
        "Text:     %s; special tokens: %s"
            .formatted(account.texts(), protocol.specialTokens().words()),
        "Tokens:   " + tokens(account.origin()),
        "Windows:  %d of up to %d ids, every %d tokens; %d ids scored"
            .formatted(
                account.windows(),
                account.windowing().window(),
                account.windowing().stride(),
                account.scored()),
        "SHA-256:  " + account.origin().windowsSha256(),
        account.isNew()
            ? "Written:  %s and, on where it comes from, %s"
                .formatted(account.file(), WindowsOrigin.path(account.file()))
            : "Made before: " + account.file());
  }

  private static String tokens(WindowsOrigin origin) {
    return origin.leftOut() == 0
        ? "" + origin.tokens()
        : "%d, of which %d are in no window".formatted(origin.tokens(), origin.leftOut());
  }
}
