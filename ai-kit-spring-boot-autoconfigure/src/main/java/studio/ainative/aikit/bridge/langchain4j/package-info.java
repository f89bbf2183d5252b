/**
 * What LangChain4j streams.
 */
@NullMarked
package studio.ainative.aikit.bridge.langchain4j;

import org.jspecify.annotations.NullMarked;
