package studio.ainative.aikit.benchmarks.harness;

/**
 * A token that says which one it is and when it was written: {@code 17@123456789;}. All
 * processes of a machine share the clock.
 */
final class Stamp {

	private Stamp() {
	}

	static String of(int index) {
		return index + "@" + System.nanoTime() + ";";
	}

}
