package studio.ainative.aikit.autoconfigure;

import io.netty.channel.ChannelOption;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Sockets of Tomcat and of Netty that are soon full for a reader who doesn't read.
 */
@Configuration(proxyBeanMethods = false)
class SmallSendBuffers {

	private static final int BYTES = 64 * 1024;

	@Bean
	WebServerFactoryCustomizer<NettyReactiveWebServerFactory> nettySendBuffer() {
		return (netty) -> netty.addServerCustomizers((server) -> server.childOption(ChannelOption.SO_SNDBUF, BYTES));
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcatSendBuffer() {
		return (tomcat) -> tomcat
			.addConnectorCustomizers((connector) -> connector.setProperty("socket.txBufSize", "" + BYTES));
	}

}
