/**
 * AG-UI, the protocol of agents and their front ends, as a server speaks it.
 */
@NullMarked
package studio.ainative.aikit.format.agui;

import org.jspecify.annotations.NullMarked;
