package studio.ainative.aikit.benchmarks.spring;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * {@link WebClientTree} on a {@code WebClient} of the builder that Spring Boot makes,
 * with its connector as it comes.
 */
public final class BootWebClient extends WebClientTree {

	@Override
	WebClient client(int lanes) {
		return BootClients.start(Application.class).getBean(WebClient.Builder.class).build();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
