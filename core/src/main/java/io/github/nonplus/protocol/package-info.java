/// Protocols: what exactly each tool measures. A [Protocol] says how a text is joined, which
/// special tokens are added, how windows are cut, which of their ids are scored and how their
/// losses become a number; [Preparation] makes windows by it. Not here: models, and losses
/// themselves.
package io.github.nonplus.protocol;
