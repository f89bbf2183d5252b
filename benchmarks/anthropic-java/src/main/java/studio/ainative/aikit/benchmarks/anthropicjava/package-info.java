/**
 * The official SDK of Anthropic, as a peer.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.anthropicjava;

import org.jspecify.annotations.NullMarked;
