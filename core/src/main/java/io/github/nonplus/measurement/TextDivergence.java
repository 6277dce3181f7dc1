package io.github.nonplus.measurement;

import io.github.nonplus.divergence.DivergenceRequest;
import io.github.nonplus.divergence.DivergenceResult;
import io.github.nonplus.divergence.DivergenceRun;
import io.github.nonplus.divergence.SideRequest;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalInt;

/// How far a model is from a reference on a text, in one go: the windows, both compilations, the
/// comparison.
public final class TextDivergence {
  private TextDivergence() {}

  /// What a user asks for.
  ///
  /// @param windows of the text, by the candidate's tokenizer; absent if, and only if, the
  ///   reference brings its own
  public record Request(
      DivergenceRequest.Reference reference,
      SideRequest candidate,
      Optional<WindowsRequest> windows) {}

  /// Who watches.
  public interface Listener extends DivergenceRun.Listener {
    /// The windows are there; the first is about to run.
    void windows(WindowsAccount windows);
  }

  /// Runs it.
  ///
  /// @param standardInput is read where `-` stands for it
  public static DivergenceResult of(Request request, InputStream standardInput, Listener listener) {
    Optional<WindowsAccount> windows =
        request.windows().map(each -> WindowsRun.cached(each, standardInput, listener::note));
    windows.ifPresent(listener::windows);
    return DivergenceRun.of(
        new DivergenceRequest(
            request.reference(),
            request.candidate(),
            windows.map(WindowsAccount::file),
            OptionalInt.empty()),
        listener);
  }
}
