/**
 * Answers that are given again: who may share them, where they are kept, and how one call
 * answers all who ask the same at once.
 */
@NullMarked
package studio.ainative.aikit.cache;

import org.jspecify.annotations.NullMarked;
