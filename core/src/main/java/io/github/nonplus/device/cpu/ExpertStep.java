package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// Products of each expert's rows with its panels, which only experts with rows are asked for. The
/// rows of an expert may begin and end within a strip: of such a strip products of other rows may
/// be computed as well, and those of its own are stored. What a row comes to depends on nothing but
/// itself.
///
/// @param panels of each expert
/// @param gate null if the products are stored as they are
record ExpertStep(
    View input, Buffer output, List<Panels> panels, Gate gate, Kernels kernels, Scratch[] scratch)
    implements Step {
  static ExpertStep stored(
      ExpertMatMul experts, List<Panels> panels, Kernels kernels, Scratch[] scratch) {
    return new ExpertStep(experts.input(), experts.output(), panels, null, kernels, scratch);
  }

  /// Products of two parts of which only the gate is stored.
  ///
  /// @param panels that have both parts' outputs beside each other
  static ExpertStep gated(
      ExpertMatMul experts, Gate gate, List<Panels> panels, Kernels kernels, Scratch[] scratch) {
    return new ExpertStep(experts.input(), gate.output(), panels, gate, kernels, scratch);
  }

  /// Places `from` to `to` of an expert's rows, with one of its panels.
  private record Task(int expert, int panel, int from, int to) {
    /// The first place in a strip that is one of them, and the end.
    int from(int strip, int width) {
      return Math.max(0, from - strip * width);
    }

    int to(int strip, int width) {
      return Math.min(width, to - strip * width);
    }

    /// Whether all places of a strip are among them.
    boolean hasAll(int strip, int width) {
      return from <= strip * width && to >= (strip + 1) * width;
    }
  }

  /// The strips of a task, of which those at its ends may need less than all products.
  private record Input(Frame frame, View view, Task task) implements PanelInput {
    @Override
    public int at(int strip) {
      return frame.at(view, strip);
    }

    @Override
    public PanelProducts products(Products all, int strip) {
      int width = frame.layout().width();
      return all.ofTokens(task.from(strip, width), task.to(strip, width));
    }
  }

  @Override
  public void run(Frame frame, Workers workers) {
    List<Task> tasks = tasks(frame);
    workers.runInTurn(
        tasks.size(), (worker, index) -> run(frame, scratch[worker], tasks.get(index)));
    clearOthers(frame);
  }

  /// Rows of experts that have no weights are 0.
  private void clearOthers(Frame frame) {
    Grouping grouping = frame.grouping();
    if (grouping.experts() <= panels.size()) {
      return;
    }
    int width = kernels.stripWidth();
    int end = grouping.start(grouping.experts());
    for (int place = grouping.start(panels.size()); place < end; place++) {
      int at = frame.at(output.view(), place / width) + place % width;
      for (int n = 0; n < output.width(); n++) {
        frame.arena()[at + n * width] = 0;
      }
    }
  }

  private List<Task> tasks(Frame frame) {
    Grouping grouping = frame.grouping();
    List<Task> tasks = new ArrayList<>();
    int width = kernels.stripWidth();
    for (int expert = 0; expert < Math.min(grouping.experts(), panels.size()); expert++) {
      int end = grouping.start(expert + 1);
      for (int panel = 0; panel < panels.get(expert).count(); panel++) {
        for (int from = grouping.start(expert); from < end; ) {
          int to = Math.min(end, (from / width + Blocking.STRIPS) * width);
          tasks.add(new Task(expert, panel, from, to));
          from = to;
        }
      }
    }
    return tasks;
  }

  private void run(Frame frame, Scratch own, Task task) {
    Panels mine = panels.get(task.expert());
    int strips = Math.ceilDiv(task.to(), kernels.stripWidth());
    int together = mine.cut().strips();
    boolean oneByOne = gate == null && mine.isWhole(task.panel()) && together == 1;
    own.begin(mine, task.panel(), kernels);
    for (int first = task.from() / kernels.stripWidth(); first < strips; first += together) {
      if (oneByOne && task.hasAll(first, kernels.stripWidth())) {
        inPlace(frame, own, task, first);
      } else {
        apart(frame, own, task, first, Math.min(strips, first + together));
      }
    }
  }

  /// A strip whose products are computed where they are stored, as all of its rows are the
  /// expert's.
  private void inPlace(Frame frame, Scratch own, Task task, int strip) {
    Panels mine = panels.get(task.expert());
    Input strips = new Input(frame, input, task);
    float[] arena = frame.arena();
    int out = frame.at(output.view(), strip, mine.column(task.panel()));
    own.multiply(mine, task.panel(), kernels, arena, strips, strip, strip + 1, arena, _ -> out);
    mine.addBias(task.panel(), kernels, arena, out);
  }

  /// Strips `first` to `end` of a task, of which the expert's rows are stored.
  private void apart(Frame frame, Scratch own, Task task, int first, int end) {
    Panels mine = panels.get(task.expert());
    int width = kernels.stripWidth();
    Input strips = new Input(frame, input, task);
    own.multiply(mine, task.panel(), kernels, frame.arena(), strips, first, end);
    int count = mine.width(task.panel()) * width;
    for (int strip = first; strip < end; strip++) {
      int at = own.at(strip - first);
      mine.addBias(task.panel(), kernels, own.products, at);
      int out = frame.at(output.view(), strip, mine.column(task.panel()));
      int from = task.from(strip, width);
      int to = task.to(strip, width);
      if (gate == null) {
        store(own.products, at, frame.arena(), out, count, from, to);
      } else {
        int up = at + mine.offset(task.panel(), 1) * width;
        kernels
            .curves()
            .gate(gate, kernels.strips(), own.products, at, own.products, up, own.gates, 0, count);
        store(own.gates, 0, frame.arena(), out, count, from, to);
      }
    }
  }

  /// Stores the numbers of tokens `from` to `to` of a strip.
  private void store(
      float[] products, int at, float[] arena, int out, int count, int from, int to) {
    int width = kernels.stripWidth();
    if (to - from == width) {
      System.arraycopy(products, at, arena, out, count);
      return;
    }
    for (int n = 0; n < count; n += width) {
      for (int token = from; token < to; token++) {
        arena[out + n + token] = products[at + n + token];
      }
    }
  }
}
