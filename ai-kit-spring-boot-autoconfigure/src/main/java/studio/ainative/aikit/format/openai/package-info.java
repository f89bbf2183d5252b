/**
 * OpenAI's chat completions, as a server speaks them.
 */
@NullMarked
package studio.ainative.aikit.format.openai;

import org.jspecify.annotations.NullMarked;
