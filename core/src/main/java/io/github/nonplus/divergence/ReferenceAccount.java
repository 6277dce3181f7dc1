package io.github.nonplus.divergence;

/// What the reference of a comparison was: a model that ran in step, or llama.cpp's file of one
/// that had run before.
public sealed interface ReferenceAccount permits SideAccount, KldFile.Account {}
