package io.github.nonplus.divergence;

import io.github.nonplus.perplexity.Result;

/// Which model gave logits, and on what.
///
/// @param device its name: `cpu`, `pytorch`
/// @param deviceDescription what it is: processor, driver, version
/// @param kernels that it computes with
/// @param threads of this process, 0 if it uses none
/// @param arithmetic of activations: `float32`
/// @param library the model library's file, null if there is none
/// @param librarySha256 null likewise
public record SideAccount(
    Result.ModelAccount model,
    String device,
    String deviceDescription,
    String kernels,
    int threads,
    String arithmetic,
    String library,
    String librarySha256)
    implements ReferenceAccount {}
