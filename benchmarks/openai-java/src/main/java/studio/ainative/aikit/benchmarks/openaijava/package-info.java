/**
 * The official SDK of OpenAI, as a peer.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.openaijava;

import org.jspecify.annotations.NullMarked;
