package io.github.nonplus.scoring;

import io.github.nonplus.measurement.WindowsRequest;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.stability.Api;
import io.github.nonplus.tokenizer.SpelledAs;

/// How documents are to be scored.
///
/// @param size of windows, where the protocol's own is not wanted
/// @param spelled what special tokens become that the texts spell out
@Api
public record DocumentRequest(Protocol protocol, WindowsRequest.Size size, SpelledAs spelled) {}
