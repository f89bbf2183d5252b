package studio.ainative.aikit.benchmarks.harness;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Counters of this process at one moment. Allocated bytes are exact on Java 21 and later;
 * before, those of threads that have ended are missing.
 */
record ProcessStatistics(long wallNanos, long cpuNanos, long allocatedBytes, long collectionMillis) {

	private static final com.sun.management.ThreadMXBean THREADS = (com.sun.management.ThreadMXBean) ManagementFactory
		.getThreadMXBean();

	private static final @Nullable Method ALLOCATED_BY_ALL = allocatedByAll();

	static ProcessStatistics now() {
		long collections = 0;
		for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
			collections += Math.max(0, collector.getCollectionTime());
		}
		long cpu = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
			.getProcessCpuTime();
		return new ProcessStatistics(System.nanoTime(), cpu, allocated(), collections);
	}

	ProcessStatistics since(ProcessStatistics before) {
		return new ProcessStatistics(this.wallNanos - before.wallNanos, this.cpuNanos - before.cpuNanos,
				this.allocatedBytes - before.allocatedBytes, this.collectionMillis - before.collectionMillis);
	}

	String line() {
		return String.format(Locale.ROOT, "wall=%d cpu=%d allocated=%d collections=%d", this.wallNanos, this.cpuNanos,
				this.allocatedBytes, this.collectionMillis);
	}

	/** The heap that is in use after a collection, and the number of threads. */
	static String heapAndThreads() {
		// The second frees what the first has only found unreachable, such as pooled
		// buffers
		System.gc();
		System.gc();
		return "heap=" + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + " threads="
				+ ManagementFactory.getThreadMXBean().getThreadCount();
	}

	private static long allocated() {
		try {
			if (ALLOCATED_BY_ALL != null) {
				return (long) ALLOCATED_BY_ALL.invoke(THREADS);
			}
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
		long sum = 0;
		for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
			sum += Math.max(0, bytes);
		}
		return sum;
	}

	private static @Nullable Method allocatedByAll() {
		try {
			return com.sun.management.ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
		}
		catch (NoSuchMethodException ex) {
			return null;
		}
	}

}
