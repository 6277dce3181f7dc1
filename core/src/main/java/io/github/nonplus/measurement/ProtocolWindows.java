package io.github.nonplus.measurement;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Windowing;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A protocol's windows, of the size that was asked for.
///
/// @param most windows to make at most
public record ProtocolWindows(Windowing windowing, int most) {
  private static final int SHORTEST = 2;

  /// @param note is told what was decided that the request leaves open
  /// @throws RequestException if the protocol has no such windows
  public static ProtocolWindows of(WindowsRequest request, Consumer<String> note) {
    requireSense(request.protocol(), request.size());
    return new ProtocolWindows(windowing(request, note), most(request));
  }

  private static void requireSense(Protocol protocol, WindowsRequest.Size size) {
    if (size.scored().isPresent() && !isOwn(protocol)) {
      throw new RequestException(
          "--scored is for --protocol own: the protocol %s itself says what is scored"
              .formatted(protocol.name()));
    }
    if (size.stride().isPresent() && protocol.windows().stride().isEmpty()) {
      throw new RequestException(
          "--stride is not for the protocol %s, whose windows have none to choose"
              .formatted(protocol.name()));
    }
    atLeast("--window", size.window(), SHORTEST);
    atLeast("--stride", size.stride(), 1);
    atLeast("--scored", size.scored(), 1);
    atLeast("--chunks", size.chunks(), 1);
  }

  private static void atLeast(String option, OptionalInt value, int least) {
    if (value.isPresent() && value.getAsInt() < least) {
      throw new RequestException(
          "%s is %d, at least %d expected".formatted(option, value.getAsInt(), least));
    }
  }

  private static Windowing windowing(WindowsRequest request, Consumer<String> note) {
    Protocol protocol = request.protocol();
    Protocol.Cut cut = protocol.windows();
    WindowsRequest.Size size = request.size();
    int window =
        Stream.of(size.window(), cut.window())
            .flatMapToInt(OptionalInt::stream)
            .findFirst()
            .orElseGet(() -> context(request, note));
    int stride = size.stride().orElse(isOwn(protocol) ? window : cut.stride().orElse(window));
    Protocol.Cut chosen =
        isOwn(protocol) ? Protocols.own(window, stride, size.scored().orElse(window - 1)) : cut;
    try {
      return chosen.of().apply(window, stride);
    } catch (IllegalArgumentException e) {
      throw new RequestException(
          size.stride().isEmpty() && stride > window
              ? "the protocol %s has a stride of %d, more than the window of %d: give --stride, too (1 to %d)"
                  .formatted(protocol.name(), stride, window, window)
              : e.getMessage(),
          e);
    }
  }

  private static int context(WindowsRequest request, Consumer<String> note) {
    int context =
        ModelDirectory.open(request.model(), request.wanted().first()).model().contextWindow();
    note.accept("Windows: %d ids, the model's context".formatted(context));
    return context;
  }

  private static int most(WindowsRequest request) {
    if (request.size().chunks().isPresent() && request.protocol().averaging() == Averaging.WORDS) {
      throw new RequestException(
          "--chunks is not for the protocol %s, which divides by the words of the whole text"
              .formatted(request.protocol().name()));
    }
    return request.size().chunks().orElse(Integer.MAX_VALUE);
  }

  private static boolean isOwn(Protocol protocol) {
    return protocol.equals(Protocols.OWN);
  }
}
