package io.github.nonplus.measurement;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.journal.JournalPlace;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.perplexity.PerplexityRun;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.stability.Api;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalInt;

/// The perplexity of a model on a text, in one go: the windows, the compilation, the evaluation.
@Api
public final class TextPerplexity {
  private TextPerplexity() {}

  /// What a user asks for.
  ///
  /// @param windows of the text, by the tokenizer of the very model that is evaluated
  /// @param context tokens of the longest window, if not as many as the model was made for
  /// @param device its name
  /// @param journal where finished windows are kept
  public record Request(
      WindowsRequest windows,
      OptionalInt context,
      String device,
      DeviceOptions options,
      JournalPlace journal) {
    /// All of a text's windows, on a device as it is, without a journal.
    public static Request of(WindowsRequest windows, String device) {
      return new Request(
          windows, OptionalInt.empty(), device, DeviceOptions.defaults(), new JournalPlace.None());
    }
  }

  /// Who watches.
  public interface Listener extends PerplexityRun.Listener {
    /// The windows are there; the first is about to run.
    void windows(WindowsAccount windows);
  }

  /// Runs it.
  ///
  /// @param standardInput is read where `-` stands for it
  public static Result of(Request request, InputStream standardInput, Listener listener) {
    Devices.requireKnown(request.device());
    WindowsAccount windows = WindowsRun.cached(request.windows(), standardInput, listener::note);
    listener.windows(windows);
    return PerplexityRun.of(
        new io.github.nonplus.perplexity.Request(
            request.windows().model(),
            request.windows().wanted(),
            Optional.empty(),
            request.context(),
            request.device(),
            request.options(),
            windows.file(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            request.journal(),
            Shard.WHOLE),
        listener);
  }
}
