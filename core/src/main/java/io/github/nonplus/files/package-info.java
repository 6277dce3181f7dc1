/// Files written so that a reader never sees half of one, and digests of files. Not here: what the
/// files contain.
package io.github.nonplus.files;
