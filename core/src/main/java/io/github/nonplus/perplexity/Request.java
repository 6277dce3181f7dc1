package io.github.nonplus.perplexity;

import io.github.nonplus.device.DeviceOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// What a user asks for: which model on which device over which windows.
///
/// @param model a Hugging Face model or converted weights
/// @param library the compiled model; compiled in memory if absent
/// @param device its name
/// @param input the file of windows
/// @param windowsPerBatch the most windows of a batch, if not left to the library's chunk of tokens
/// @param verify how many windows the CPU runs as well beforehand, if any
public record Request(
    Path model,
    Optional<Path> library,
    String device,
    DeviceOptions options,
    Path input,
    OptionalInt windowsPerBatch,
    OptionalInt verify) {}
