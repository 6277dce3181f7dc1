package io.github.nonplus.measurement;

import io.github.nonplus.corpus.Windowing;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.protocol.Protocol;
import java.nio.file.Path;

/// A file of windows that is there, and what it is.
///
/// @param isNew whether it has just been made
/// @param windows how many it holds
/// @param scored ids of them that are scored
public record WindowsAccount(
    Path file,
    boolean isNew,
    Protocol protocol,
    Windowing windowing,
    WindowsOrigin origin,
    int windows,
    long scored) {}
