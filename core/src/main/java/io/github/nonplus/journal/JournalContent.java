package io.github.nonplus.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// What a journal holds.
///
/// @param sessions one for each time that the run was started, oldest first
/// @param finished windows, from the first of the header on, without a gap
/// @param seconds that these windows took
/// @param length bytes up to and with the last whole line
/// @param torn bytes behind it, which a write that was interrupted left
public record JournalContent(
    JournalHeader header,
    List<ObjectNode> sessions,
    List<FinishedWindow> finished,
    double seconds,
    long length,
    long torn) {
  /// Whether every window of the header's shard is there.
  public boolean isComplete() {
    return finished.size() == header.end() - header.first();
  }
}
