/// Rotary position embeddings: how fast each pair of elements turns. Not here: reading them from a
/// configuration, and turning anything.
package io.github.nonplus.program.rotation;
