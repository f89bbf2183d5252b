/**
 * LangChain4j, as a peer.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.langchain4j;

import org.jspecify.annotations.NullMarked;
