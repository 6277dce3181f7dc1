package example;

import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.measurement.TextPerplexity;
import io.github.nonplus.measurement.WindowsAccount;
import io.github.nonplus.measurement.WindowsRequest;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Protocols;
import java.io.InputStream;
import java.nio.file.Path;

/// The perplexity of a model on a text: `Perplexity MODEL TEXT`.
public final class Perplexity {
  public static void main(String[] arguments) {
    WindowsRequest windows =
        WindowsRequest.of(
            Path.of(arguments[0]), Path.of(arguments[1]), Protocols.named("qualcomm-mlc"));
    try {
      Result result =
          TextPerplexity.of(
              TextPerplexity.Request.of(windows, "cpu"), InputStream.nullInputStream(), new Log());
      System.out.printf(
          "%.4f over %d tokens, by the protocol %s%n",
          result.perplexity(), result.tokensScored(), result.protocol());
    } catch (NonplusException e) {
      System.err.println(e.getMessage()); // a sentence that says what to do
      System.exit(1);
    }
  }

  /// Who watches.
  private static final class Log implements TextPerplexity.Listener {
    @Override
    public void windows(WindowsAccount windows) {}

    @Override
    public void note(String sentence) {
      System.err.println(sentence);
    }

    @Override
    public void window(WindowScore score, Tally tally, int total) {}
  }
}
