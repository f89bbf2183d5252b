package studio.ainative.aikit.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The targets of a stream, itself first, and what their routes have in common.
 *
 * @param all the targets, two or more
 * @param retry what happens when all have failed, and in the middle of an answer
 * @param random draws delays and targets
 * @param clock tells the time in nanoseconds
 */
record Targets(List<Target> all, RetryConfig retry, Supplier<RandomGenerator> random, LongSupplier clock) {

	/**
	 * Whether a target is the stream itself.
	 * @param target one of all
	 * @return {@code true} if it is
	 */
	boolean isOwn(Target target) {
		return target.name().equals(this.all.get(0).name());
	}

	/**
	 * What is left of them once an answer has begun, of which nothing can be taken back.
	 * @return targets that don't begin anew in the middle of it
	 */
	Targets withoutRestart() {
		return new Targets(this.all, this.retry.withMidStream(RetryConfig.MidStream.FAIL), this.random, this.clock);
	}

	/**
	 * The order in which one call asks them.
	 * @return all of them
	 */
	List<Target> order() {
		if (this.all.get(0).route().choice() == RouteConfig.Choice.ORDERED) {
			return this.all;
		}
		List<Target> left = new ArrayList<>(this.all);
		List<Target> order = new ArrayList<>(left.size());
		while (!left.isEmpty()) {
			order.add(left.remove(draw(left)));
		}
		return order;
	}

	private int draw(List<Target> left) {
		long sum = left.stream().mapToLong((target) -> target.route().weight()).sum();
		if (sum == 0) {
			return 0;
		}
		long drawn = (long) (this.random.get().nextDouble() * sum);
		int index = 0;
		while (drawn >= left.get(index).route().weight()) {
			drawn -= left.get(index).route().weight();
			index++;
		}
		return index;
	}

}
