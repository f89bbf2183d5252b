package studio.ainative.aikit.benchmarks.empty;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/**
 * No more than what is on the class path makes of it. It says when it is ready, answers
 * each line of its standard input with what it takes, and ends with that input.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class EmptyApplication {

	/**
	 * Start.
	 * @param arguments properties, if any
	 * @throws IOException if the input can't be read
	 */
	public static void main(String[] arguments) throws IOException {
		SpringApplication.run(EmptyApplication.class, arguments);
		System.out.println("ready at=" + System.nanoTime() + " java=" + Runtime.version().feature());
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		while (input.readLine() != null) {
			long classes = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
			// The second frees what the first has only found unreachable
			System.gc();
			System.gc();
			System.out.println("ok classes=" + classes + " heap="
					+ ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		}
		System.exit(0);
	}

}
