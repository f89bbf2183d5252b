package studio.ainative.aikit.integration;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.server.WebFilter;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * An application whose every path needs a user, on either server.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class SecuredApplication {

	/** What the value of the MDC is called while it travels. */
	static final String MDC_KEY = "mdc.question";

	/** What the page of another origin has for one. */
	static final String ORIGIN = "https://page.example";

	private static boolean isStateless(Environment environment) {
		return environment.getRequiredProperty("stateless", Boolean.class);
	}

	/** From the context of the reactive stack, else from the thread. */
	private static Mono<String> user() {
		return ReactiveSecurityContextHolder.getContext()
			.map(SecuredApplication::name)
			.switchIfEmpty(Mono.fromSupplier(() -> name(SecurityContextHolder.getContext())))
			.map((user) -> user + ":" + MDC.get("question"));
	}

	private static String trace(Tracer tracer) {
		Span span = tracer.currentSpan();
		return (span != null) ? span.context().traceId() : "none";
	}

	/** Says who asks, and in which trace, from a thread of its own. */
	@Bean
	Tool asker(Tracer tracer) {
		return Tool.of("asker", "Tells who asks", "",
				(call) -> user().contextWrite(call.context()).block() + " in " + trace(tracer));
	}

	private static String name(@Nullable SecurityContext context) {
		if (context == null || context.getAuthentication() == null) {
			return "nobody";
		}
		return context.getAuthentication().getName();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Mvc {

		/** Each request has a value in the MDC. */
		@Bean
		Filter question() {
			return (request, response, chain) -> {
				MDC.put("question", "why");
				try {
					chain.doFilter(request, response);
				}
				finally {
					MDC.remove("question");
				}
			};
		}

		@Bean
		SecurityFilterChain security(HttpSecurity http, Environment environment) throws Exception {
			http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.cors(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.httpBasic(Customizer.withDefaults());
			if (isStateless(environment)) {
				http.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
			}
			else {
				http.formLogin(Customizer.withDefaults());
			}
			return http.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class WebFlux {

		/** Each request has a value in the MDC. */
		@Bean
		WebFilter question() {
			return (exchange, chain) -> chain.filter(exchange).contextWrite((context) -> context.put(MDC_KEY, "why"));
		}

		/** Spring Security doesn't look at annotations here. */
		@Bean
		CorsConfigurationSource cors() {
			CorsConfiguration page = new CorsConfiguration();
			page.addAllowedOrigin(ORIGIN);
			page.addAllowedHeader("Authorization");
			UrlBasedCorsConfigurationSource all = new UrlBasedCorsConfigurationSource();
			all.registerCorsConfiguration("/**", page);
			return all;
		}

		@Bean
		SecurityWebFilterChain security(ServerHttpSecurity http, Environment environment) {
			http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.cors(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.httpBasic(Customizer.withDefaults());
			if (isStateless(environment)) {
				http.securityContextRepository(NoOpServerSecurityContextRepository.getInstance());
			}
			else {
				http.formLogin(Customizer.withDefaults());
			}
			return http.build();
		}

	}

	/**
	 * The same on both stacks.
	 */
	@RestController
	@CrossOrigin(origins = ORIGIN)
	static class ChatController {

		/** What the callback of the last reader who left has seen. */
		final AtomicReference<@Nullable String> left = new AtomicReference<>();

		private final StreamingResponses responses;

		private final AIStream aiStream;

		private final Tracer tracer;

		ChatController(StreamingResponses responses, AIStream aiStream, Tracer tracer) {
			this.responses = responses;
			this.aiStream = aiStream;
			this.tracer = tracer;
		}

		/** Says who asks, from other threads, for as long as it is read. */
		@GetMapping("/whoami")
		StreamingResponse whoami(@RequestParam(defaultValue = "3") int count) {
			Flux<StreamEvent> names = Flux.interval(Duration.ofMillis(20))
				.take(count)
				.concatMap((tick) -> user().map((user) -> new Token(user + " ", tick.intValue())));
			return this.responses.from(names).onClose(() -> user().contextCapture().subscribe(this.left::set));
		}

		/** What the provider says, and then the trace, for as long as it is read. */
		@GetMapping("/traced")
		StreamingResponse traced() {
			Flux<StreamEvent> traces = Flux.interval(Duration.ofMillis(20))
				.map((tick) -> new Token(trace(this.tracer), tick.intValue()));
			return this.responses.from(Flux.concat(this.aiStream.stream("Hi"), traces))
				.onClose(() -> this.left.set(trace(this.tracer)));
		}

		@GetMapping("/asked")
		StreamingResponse asked() {
			return this.responses.from(this.aiStream.stream("Who asks?"));
		}

		@GetMapping("/refused")
		StreamingResponse refused() {
			throw new IllegalStateException("not today");
		}

		@GetMapping("/missing")
		StreamingResponse missing() {
			throw new MissingException();
		}

		@ExceptionHandler(IllegalStateException.class)
		@ResponseStatus(HttpStatus.CONFLICT)
		Map<String, String> conflict(IllegalStateException ex) {
			return Map.of("reason", "" + ex.getMessage());
		}

	}

	@ResponseStatus(HttpStatus.NOT_FOUND)
	static final class MissingException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
