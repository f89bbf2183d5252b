package studio.ainative.aikit.autoconfigure;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.client.ToolProvider;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls are observed in an application whose class path has no
 * {@code io.micrometer:context-propagation}, which few starters bring.
 */
class ContextPropagationAbsentTests {

	@Test
	void callsAreObservedAllTheSame() throws Exception {
		String scrape = inApplication("scrape");
		assertThat(Scrape.of(scrape).sum("gen_ai_client_inference_duration_seconds_count")).isOne();
	}

	@Test
	void functionsOfToolsFindTheirSpan() throws Exception {
		assertThat(inApplication("tool")).isEqualTo("execute_tool weather");
	}

	private static String inApplication(String method) throws Exception {
		// Never closed: event loops of this Netty end later, and then still load classes
		URLClassLoader application = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
		assertThatExceptionOfType(ClassNotFoundException.class)
			.isThrownBy(() -> application.loadClass(ContextRegistry.class.getName()));
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(application);
		try {
			Class<?> calls = application.loadClass(Calls.class.getName());
			assertThat(calls).isNotSameAs(Calls.class);
			return (String) calls.getMethod(method).invoke(null);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static URL[] classPath() throws MalformedURLException {
		String left = new File(ContextRegistry.class.getProtectionDomain().getCodeSource().getLocation().getPath())
			.getName();
		List<URL> urls = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
			if (!entry.endsWith(left)) {
				urls.add(new File(entry).toURI().toURL());
			}
		}
		return urls.toArray(URL[]::new);
	}

	/**
	 * Imported by their names, as an application's are: conditions are then looked at
	 * before classes are loaded.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AiKitClientAutoConfiguration.class, AiKitObservationAutoConfiguration.class })
	static class Application {

	}

	/**
	 * What is loaded anew.
	 */
	public static final class Calls {

		private Calls() {
		}

		/**
		 * Make a call.
		 * @return what Prometheus reads of it
		 */
		public static String scrape() {
			PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
			try (ScriptedServer provider = ScriptedServer.start()) {
				provider.respond("Hel", "lo").usage(9, 2);
				new ApplicationContextRunner().withUserConfiguration(Application.class)
					.withBean(PrometheusMeterRegistry.class, () -> registry)
					.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.model=gpt-4o-mini",
							"ai-kit.stream.endpoint=" + provider.uri())
					.run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi")));
				return registry.scrape();
			}
		}

		/**
		 * Make a call whose model calls a tool.
		 * @return what is observed while its function runs
		 */
		public static String tool() {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler((context) -> true);
			StringBuilder current = new StringBuilder();
			try (ScriptedServer provider = ScriptedServer.start()) {
				ToolProvider.OPENAI.respondCall(provider, "c1", "weather", "{}");
				provider.respond("Clear");
				new ApplicationContextRunner().withUserConfiguration(Application.class)
					.withBean(ObservationRegistry.class, () -> registry)
					.withBean(Tool.class, () -> Tool.of("weather", "", "", (call) -> {
						Observation run = Objects.requireNonNull(registry.getCurrentObservation());
						return current.append(run.getContextView().getContextualName());
					}))
					.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + provider.uri())
					.run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi")));
				return current.toString();
			}
		}

	}

}
