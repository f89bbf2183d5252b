/**
 * An application that does nothing.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.empty;

import org.jspecify.annotations.NullMarked;
