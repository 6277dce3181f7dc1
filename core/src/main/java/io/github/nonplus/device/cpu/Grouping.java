package io.github.nonplus.device.cpu;

/// How the rows of a routed space lie: those of the first expert, then those of the second, and so
/// on, each expert's in the order of the routing. Nothing lies between.
final class Grouping {
  private final int[] starts;
  private final int[] order;
  private final int[] places;

  /// @param experts of each row of the space, as many as it has
  /// @param count how many experts there are
  Grouping(int[] experts, int count) {
    starts = new int[count + 1];
    order = new int[experts.length];
    places = new int[experts.length];
    for (int expert : experts) {
      starts[expert + 1]++;
    }
    for (int expert = 0; expert < count; expert++) {
      starts[expert + 1] += starts[expert];
    }
    int[] next = starts.clone();
    for (int row = 0; row < experts.length; row++) {
      int place = next[experts[row]]++;
      places[row] = place;
      order[place] = row;
    }
  }

  /// The first place of an expert; of their number, the end.
  int start(int expert) {
    return starts[expert];
  }

  /// The expert that the row at a place is for.
  int expert(int place) {
    int expert = 0;
    while (starts[expert + 1] <= place) {
      expert++;
    }
    return expert;
  }

  /// The row that lies at a place.
  int row(int place) {
    return order[place];
  }

  /// Where a row lies.
  int place(int row) {
    return places[row];
  }

  /// One more than the last expert that has a row.
  int experts() {
    return starts.length - 1;
  }
}
