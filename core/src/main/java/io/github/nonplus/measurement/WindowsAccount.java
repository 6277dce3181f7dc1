package io.github.nonplus.measurement;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.corpus.Windowing;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.protocol.Protocol;
import java.nio.file.Path;

/// A file of windows that is there, and what it is.
///
/// @param isNew whether it has just been made
/// @param texts what the protocol made of the documents, in words
/// @param extent of all documents; nothing where the file does not say it
/// @param windows how many it holds
/// @param scored ids of them that are scored
public record WindowsAccount(
    Path file,
    boolean isNew,
    Protocol protocol,
    Windowing windowing,
    String texts,
    WindowsOrigin origin,
    Extent extent,
    int windows,
    long scored) {}
