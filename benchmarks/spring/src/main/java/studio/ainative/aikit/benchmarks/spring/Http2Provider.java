package studio.ainative.aikit.benchmarks.spring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.net.ssl.KeyManagerFactory;

import org.springframework.util.FileSystemUtils;

import studio.ainative.aikit.benchmarks.harness.Certificate;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

/**
 * A provider on loopback that offers HTTP/2 over TLS, with a certificate of its own.
 *
 * @param server the provider
 * @param certificate whom its callers must trust
 * @param folder what is deleted in the end
 */
record Http2Provider(ScriptedServer server, Certificate certificate, Path folder) implements AutoCloseable {

	static Http2Provider start() throws Exception {
		Path folder = Files.createTempDirectory("http2-provider");
		Certificate certificate = Certificate.create(folder);
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(Certificate.load(certificate.keys()), Certificate.PASSWORD.toCharArray());
		return new Http2Provider(ScriptedServer.startWithHttp2(Dialect.OPENAI, keys), certificate, folder);
	}

	/** Make it the one that this process trusts: before the first call over TLS. */
	void trust() {
		System.setProperty("javax.net.ssl.trustStore", this.certificate.trust().toString());
		System.setProperty("javax.net.ssl.trustStorePassword", Certificate.PASSWORD);
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		FileSystemUtils.deleteRecursively(this.folder);
	}

}
