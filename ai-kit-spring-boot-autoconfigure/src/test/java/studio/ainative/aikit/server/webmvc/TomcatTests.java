package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.server.AnswerController;
import studio.ainative.aikit.server.Answers;
import studio.ainative.aikit.server.DeclaringController;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Responses of Spring MVC on Tomcat. It never ends some requests whose readers reset
 * while Spring writes the first elements of a {@code Flux} (11.0.22): with its default a
 * shutdown would wait for them for 30 seconds.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.main.web-application-type=servlet", "server.shutdown=immediate" })
class TomcatTests extends ServletContract {

	@Autowired
	private Ends ends;

	@Autowired
	private Hesitation hesitation;

	/**
	 * Tomcat closes a connection after a hundred requests, of which nothing but the last
	 * response tells.
	 */
	@Test
	void saysOnceThatTheLastResponseOfAConnectionIsTheLast() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + "/from"))
			.timeout(Duration.ofSeconds(10))
			.build();
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		List<List<String>> said = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
			said.add(response.headers().allValues("connection"));
		}
		assertThat(said).allMatch((values) -> values.size() <= 1).contains(List.of("close"));
	}

	@Test
	void tellsInterceptorsOfTheEndOnce() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/from?counted")) {
			reader.readAll();
		}
		await().atMost(Duration.ofSeconds(10)).until(() -> this.ends.count.get() > 0);
		assertThat(this.ends.count).hasValue(1);
	}

	/**
	 * Tomcat tells of a failed write on a thread of its own, while the one that wrote is
	 * about to end the request. Whoever comes later must find it ended.
	 */
	@Test
	void endsARequestOnceWhoeverFindsThatTheReaderLeft(CapturedOutput output) throws Exception {
		Answers.Script script = answers().script;
		SseReader reader = SseReader.get(port(), "/gated?hesitating");
		reader.readUntil(Answers.START);
		reader.close();
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			script.say(new StreamEvent.Token("t", 0));
			return script.cancelled.get() == 1;
		});
		await().atMost(Duration.ofSeconds(10)).until(() -> this.hesitation.overcome.get() > 0);
		assertThat(this.hesitation.overcome).hasValue(1);
		assertNoWarnings(output);
	}

	@Test
	void writesThroughAFilterThatKnowsNoListeners() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/from?deaf")) {
			assertThat(reader.readAll()).isEqualTo(Answers.HELLO);
		}
	}

	/** Spring itself tells the filter of a stream only when the first frame has left. */
	@ParameterizedTest
	@ValueSource(strings = { "/kept-emitter", "/spring/kept-emitter" })
	void losesNoFrameOfAnEmitterToAFilterThatKeepsBodies(String path) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
			.timeout(Duration.ofSeconds(10))
			.build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
		assertThat(response.body()).isEqualTo(Answers.HELLO);
	}

	@Test
	void holdsNoThreadForASilentReader() throws Exception {
		List<SseReader> readers = new ArrayList<>();
		List<Answers.Script> scripts = new ArrayList<>();
		try {
			for (int i = 0; i < 50; i++) {
				answers().script = new Answers.Script();
				scripts.add(answers().script);
				SseReader reader = SseReader.get(port(), "/gated");
				readers.add(reader);
				reader.readUntil(Answers.START);
			}
			await().atMost(Duration.ofSeconds(10)).until(() -> busyWriters() == 0);
		}
		finally {
			scripts.forEach(Answers.Script::end);
			for (SseReader reader : readers) {
				reader.close();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/unread", "/unread-flux", "/unread-emitter" })
	void holdsNoThreadForAReaderWhoStalls(String path) throws Exception {
		Answers.Script script = answers().script;
		try (SseReader stalled = SseReader.getNarrowly(port(), path)) {
			assertThat(stalled.status()).contains("200");
			AtomicInteger before = new AtomicInteger();
			// Its source rests, and so does who writes
			await().atMost(Duration.ofSeconds(20))
				.during(Duration.ofMillis(300))
				.until(() -> before.getAndSet(script.made.get()) == script.made.get() && busyWriters() == 0);
			assertThat(script.made.get()).isGreaterThan(1);
		}
	}

	private static long busyWriters() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((thread) -> thread.getKey().getName().startsWith("ai-kit-writer"))
			.filter((thread) -> Stream.of(thread.getValue())
				.anyMatch((frame) -> frame.getClassName().endsWith("FrameWriter")))
			.count();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ AnswerController.class, DeclaringController.class })
	static class Application implements WebMvcConfigurer {

		private final Ends ends = new Ends();

		private final Hesitation hesitation = new Hesitation();

		@Bean
		Ends ends() {
			return this.ends;
		}

		@Bean
		Requests requests() {
			return new Requests();
		}

		@Bean
		Hesitation hesitation() {
			return this.hesitation;
		}

		@Override
		public void configureAsyncSupport(AsyncSupportConfigurer configurer) {
			configurer.registerDeferredResultInterceptors(this.hesitation);
		}

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(this.ends);
		}

		/** Keeps the body back until the end, unless told that it is a stream. */
		@Bean
		FilterRegistrationBean<ShallowEtagHeaderFilter> filter() {
			FilterRegistrationBean<ShallowEtagHeaderFilter> filter = new FilterRegistrationBean<>(
					new ShallowEtagHeaderFilter());
			filter.addUrlPatterns("/gated", "/from", "/route", "/kept-emitter", "/spring/kept-emitter");
			return filter;
		}

		@Bean
		Filter deafFilter() {
			return (request, response, chain) -> chain.doFilter(request,
					"deaf".equals(((HttpServletRequest) request).getQueryString())
							? new DeafResponse((HttpServletResponse) response) : response);
		}

		@Bean
		Answers answers() {
			return new Answers();
		}

		@Bean
		EmitterController emitterController(Answers answers) {
			return new EmitterController(answers);
		}

		@Bean
		static SpringsEmitters springsEmitters() {
			return new SpringsEmitters();
		}

		@Bean
		RouterFunction<ServerResponse> routes(Answers answers) {
			return RouterFunctions.route()
				.GET("/route", (request) -> answers.from().toMvcServerResponse())
				.route(RequestPredicates.path("/late-route"), (request) -> answers.late().toMvcServerResponse())
				.route(RequestPredicates.path("/silent-route"), (request) -> answers.silent().toMvcServerResponse())
				.GET("/gated-route", (request) -> answers.gated().toMvcServerResponse())
				.GET("/compressed-route", (request) -> answers.compressed().toMvcServerResponse())
				.GET("/scripted-route",
						(request) -> answers.scripted(request.param("raw").isPresent()).toMvcServerResponse())
				.build();
		}

		@Bean
		WebMvcConfigurer handler() {
			return new WebMvcConfigurer() {

				@Override
				public void addReturnValueHandlers(List<HandlerMethodReturnValueHandler> handlers) {
					handlers.add(new StreamingResponseReturnValueHandler());
				}

			};
		}

	}

	/**
	 * Replaces the stream by one that passes on bytes and nothing else, as many do.
	 */
	private static final class DeafResponse extends HttpServletResponseWrapper {

		DeafResponse(HttpServletResponse response) {
			super(response);
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			ServletOutputStream stream = super.getOutputStream();
			return new ServletOutputStream() {

				@Override
				public boolean isReady() {
					return false;
				}

				@Override
				public void setWriteListener(WriteListener listener) {
				}

				@Override
				public void write(int b) throws IOException {
					stream.write(b);
				}

				@Override
				public void flush() throws IOException {
					stream.flush();
				}

			};
		}

	}

	static final class Ends implements HandlerInterceptor {

		private final AtomicInteger count = new AtomicInteger();

		@Override
		public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
				@Nullable Exception ex) {
			if ("counted".equals(request.getQueryString())) {
				this.count.incrementAndGet();
			}
		}

	}

	/**
	 * Comes between the end of a request and the container being told of it, for longer
	 * than that takes to see to a failed write.
	 */
	static final class Hesitation implements DeferredResultProcessingInterceptor {

		private final AtomicInteger overcome = new AtomicInteger();

		@Override
		public <T> void postProcess(NativeWebRequest request, DeferredResult<T> result,
				@Nullable Object concurrentResult) throws InterruptedException {
			HttpServletRequest http = request.getNativeRequest(HttpServletRequest.class);
			if (http != null && "hesitating".equals(http.getQueryString())) {
				Thread.sleep(500);
				this.overcome.incrementAndGet();
			}
		}

	}

}
