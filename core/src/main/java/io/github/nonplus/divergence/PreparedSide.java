package io.github.nonplus.divergence;

import io.github.nonplus.device.Devices;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.model.interpretation.Interpretation;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.perplexity.ScoringModel;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A side whose model is understood, before anything large is opened.
sealed interface PreparedSide {
  /// Tokens of a batch, unless a single window is longer.
  int batchTokens();

  /// Opens the model.
  Side open(SideProvider.Room room);

  /// Finds the device or engine that a request names.
  static PreparedSide of(SideRequest request, Consumer<String> note) {
    Optional<SideProvider> engine =
        providers().stream().filter(each -> each.accepts(request.device())).findFirst();
    if (engine.isPresent()) {
      requirePublished(request);
      return new OnEngine(engine.get(), request, note);
    }
    requireDevice(request.device());
    return new OnDevice(
        ScoringModel.open(
            request.model(),
            request.wanted(),
            request.library(),
            request.context(),
            request.device(),
            note),
        request);
  }

  /// Engines evaluate Hugging Face models, which are what they say.
  private static void requirePublished(SideRequest request) {
    Wanted wanted = request.wanted();
    boolean isPublished =
        wanted.as().filter(Predicate.not(Interpretation.SOURCE::equals)).isEmpty();
    if (!isPublished || wanted.config().isPresent()) {
      throw new RequestException(
          "%s evaluates Hugging Face models as they are published; leave %s out"
              .formatted(request.device(), isPublished ? "--config" : "--as " + wanted.as().get()));
    }
  }

  private static List<SideProvider> providers() {
    return ServiceLoader.load(SideProvider.class, PreparedSide.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  private static void requireDevice(String name) {
    try {
      Devices.requireKnown(name);
    } catch (RequestException e) {
      List<String> engines =
          providers().stream().flatMap(each -> each.names().stream()).sorted().toList();
      throw engines.isEmpty()
          ? e
          : new RequestException(
              "%s; as one side of a comparison also %s"
                  .formatted(e.getMessage(), String.join(", ", engines)));
    }
  }

  /// A compiled model for a device.
  record OnDevice(ScoringModel model, SideRequest request) implements PreparedSide {
    @Override
    public int batchTokens() {
      return model.library().prefillChunk();
    }

    @Override
    public Side open(SideProvider.Room room) {
      room.requireFits(
          request.model().toString(),
          model.library().contextWindow(),
          model.directory().model().vocabularySize(),
          model.remedy(room.longestWindow()));
      return DeviceSide.open(model, request, room.tokens());
    }
  }

  /// A model for an engine.
  record OnEngine(SideProvider provider, SideRequest request, Consumer<String> note)
      implements PreparedSide {
    private static final int BATCH_TOKENS = 2048;

    @Override
    public int batchTokens() {
      return BATCH_TOKENS;
    }

    @Override
    public Side open(SideProvider.Room room) {
      return provider.open(request, room, note);
    }
  }
}
