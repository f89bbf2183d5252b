/**
 * Spring AI, as a peer.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.springai;

import org.jspecify.annotations.NullMarked;
