package io.github.nonplus.scoring;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.Devices;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.perplexity.Evaluation;
import io.github.nonplus.perplexity.MachineAccount;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.stability.Api;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// A model on a device, opened once: windows in, losses out. For any number of threads; as many of
/// them compute at once as there are lanes, the others wait. Weights are mapped into memory, not
/// copied, whatever the number of lanes.
///
/// A window's losses do not depend on what else is scored, nor by which lane: they are the bits
/// that `calculate-perplexity` gives.
@Api
public final class Scorer implements AutoCloseable {
  private final ScorerRequest request;
  private final ScoringModel model;
  private final ModelWeights weights;
  private final MachineAccount machine;
  private final int batchTokens;
  private final Semaphore free;
  private final Deque<Lane> idle = new ArrayDeque<>();
  private boolean closed;

  private Scorer(ScorerRequest request, ScoringModel model, ModelWeights weights, Device device) {
    device.expect(model.score());
    this.request = request;
    this.model = model;
    this.weights = weights;
    var computation = device.computation(model.score().program(), model.library().code());
    this.machine = MachineAccount.now(device, computation);
    this.batchTokens = model.batchTokens(computation);
    this.free = new Semaphore(request.lanes(), true);
    idle.push(new Lane(device, model, weights));
  }

  /// Opens a model. Whatever cannot be computed is refused here, in a sentence.
  ///
  /// @param note is told what the user should know, as sentences
  public static Scorer open(ScorerRequest request, Consumer<String> note) {
    Device device = Devices.open(request.device(), request.options());
    try {
      ScoringModel model =
          ScoringModel.open(
              request.model(), request.library(), request.context(), request.device(), note);
      ModelWeights weights = model.directory().openWeights();
      try {
        return new Scorer(request, model, weights, device);
      } catch (RuntimeException e) {
        weights.close();
        throw e;
      }
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /// Scores windows.
  ///
  /// @return for each its losses; `window` counts from 0
  /// @throws CorpusException if the model cannot take one of them
  /// @throws io.github.nonplus.failure.NotFiniteException if a loss is no number
  public List<WindowScore> score(Windows windows) {
    requireScorable(windows);
    if (windows.count() == 0) {
      return List.of();
    }
    Evaluation evaluation = Evaluation.ofTokens(windows, batchTokens);
    free.acquireUninterruptibly();
    try {
      Lane lane = take();
      try {
        List<WindowScore> scores = new ArrayList<>();
        evaluation.run(
            lane.executable(Math.max(batchTokens, evaluation.largestBatch())),
            0,
            windows.count(),
            scores::addAll);
        give(lane);
        return scores;
      } catch (RuntimeException | Error e) {
        lane.close(); // a batch may be under way on it
        throw e;
      }
    } finally {
      free.release();
    }
  }

  private Lane take() {
    synchronized (idle) {
      if (closed) {
        throw new IllegalStateException("the model was closed");
      }
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return new Lane(Devices.open(request.device(), request.options()), model, weights);
  }

  private void give(Lane lane) {
    synchronized (idle) {
      idle.push(lane);
    }
  }

  private void requireScorable(Windows windows) {
    int vocabulary = model.directory().model().vocabularySize();
    if (windows.largestId() >= vocabulary) {
      throw new CorpusException(
          "the id %d is there, but the model's vocabulary ends at %d; make the windows with this model's tokenizer"
              .formatted(windows.largestId(), vocabulary - 1));
    }
    int longest = windows.longestFed();
    int most = model.longestWindow();
    if (longest > most) {
      throw new CorpusException(
          "a window has %d ids, but the model takes %d; %s"
              .formatted(longest, most, model.remedy(longest)));
    }
  }

  /// Tokens of a batch: so many at once use the device best.
  public int batchTokens() {
    return batchTokens;
  }

  /// The model, understood.
  public ScoringModel model() {
    return model;
  }

  /// Digest of the weights. The first call reads all of them.
  public String weightsSha256() {
    return weights.digest();
  }

  /// Its weights, which live until [#close].
  public ModelWeights weights() {
    return weights;
  }

  /// Which machine computes, by what code.
  public MachineAccount machine() {
    return machine;
  }

  /// Waits for those who compute, and closes the model.
  @Override
  public void close() {
    free.acquireUninterruptibly(request.lanes());
    try {
      synchronized (idle) {
        if (closed) {
          return;
        }
        closed = true;
        idle.forEach(Lane::close);
        idle.clear();
      }
      weights.close();
    } finally {
      free.release(request.lanes());
    }
  }
}
