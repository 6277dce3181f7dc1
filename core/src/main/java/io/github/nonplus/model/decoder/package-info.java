/// A decoder as data, whatever its family: an embedding, blocks of branches that add to the
/// residual stream, a last norm and a head, and the one builder that makes a program of it. Not
/// here: how a configuration says what a family computes (`model.family`).
package io.github.nonplus.model.decoder;
