/// The way from one protocol's number to another's, one difference at a time. Not here: the
/// protocols themselves, and how losses come about.
package io.github.nonplus.explanation;
