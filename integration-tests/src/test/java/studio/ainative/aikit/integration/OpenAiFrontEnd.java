package studio.ainative.aikit.integration;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.AuthenticationFilter;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;

/**
 * The README's code, word for word: an application whose streams are there for whoever
 * has its key.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class OpenAiFrontEnd {

	@Bean
	SecurityFilterChain frontEnds(HttpSecurity http, @Value("${front-end.key}") String key) throws Exception {
		byte[] bearer = ("Bearer " + key).getBytes(StandardCharsets.UTF_8);
		AuthenticationFilter keys = new AuthenticationFilter((AuthenticationManager) (known) -> known, (request) -> {
			String given = Objects.requireNonNullElse(request.getHeader("Authorization"), "");
			return MessageDigest.isEqual(bearer, given.getBytes(StandardCharsets.UTF_8))
					? UsernamePasswordAuthenticationToken.authenticated("front end", null, List.of()) : null;
		});
		keys.setSuccessHandler((request, response, known) -> {
		});
		return http.securityMatcher("/v1/**")
			.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.addFilterBefore(keys, AnonymousAuthenticationFilter.class)
			.exceptionHandling(
					(errors) -> errors.authenticationEntryPoint(new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)))
			.csrf((csrf) -> csrf.disable())
			.build();
	}

}
