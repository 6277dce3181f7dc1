package io.github.nonplus.divergence;

import io.github.nonplus.failure.CorpusException;
import java.util.List;
import java.util.function.Consumer;

/// Offers engines, which are no devices, as sides of a comparison; found through `ServiceLoader`. A
/// user names one where a device is named: `--reference-device pytorch`. Devices need no provider.
public interface SideProvider {
  /// The names to tell a user about.
  List<String> names();

  /// Whether `name` is one of its engines, possibly with a variant behind a colon
  /// (`pytorch:float64`), present or not.
  boolean accepts(String name);

  /// Opens a model.
  ///
  /// @param request whose library is present only if the user gave one: an engine that takes none
  ///   refuses it
  /// @param room what will be asked of it, checked here, before the first window runs
  /// @param note is told what the user should know, as sentences
  /// @throws io.github.nonplus.failure.NonplusException a sentence, if it cannot be done
  Side open(SideRequest request, Room room, Consumer<String> note);

  /// What a side must have room for.
  ///
  /// @param tokens the most of any batch
  /// @param longestWindow the most tokens of a window
  /// @param largestId the largest token id of all windows
  /// @param windows name of the file that holds them, for messages
  record Room(int tokens, int longestWindow, int largestId, String windows) {
    /// Refuses windows that a model cannot take.
    ///
    /// @param model its name, for the message
    /// @param context tokens of the longest window that it takes
    /// @param vocabulary token ids that it knows
    /// @throws CorpusException if there are larger ones
    public void requireFits(String model, int context, int vocabulary) {
      requireFits(model, context, vocabulary, "use shorter windows");
    }

    /// The same with what to do about windows that are too long.
    public void requireFits(String model, int context, int vocabulary, String remedy) {
      if (longestWindow > context) {
        throw new CorpusException(
            "%s holds a window of %d ids, longer than the %d that %s takes; %s"
                .formatted(windows, longestWindow, context, model, remedy));
      }
      if (largestId >= vocabulary) {
        throw new CorpusException(
            ("%s holds the id %d, but the vocabulary of %s ends at %d; make the windows with this"
                    + " model's tokenizer")
                .formatted(windows, largestId, model, vocabulary - 1));
      }
    }
  }
}
