package studio.ainative.aikit.client;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A certificate of a server on loopback, which nobody trusts who doesn't know its trust
 * store.
 *
 * @param keys the server's
 * @param trustStore holds the certificate
 */
public record TestCertificate(KeyManagerFactory keys, Path trustStore) {

	public static final String PASSWORD = "changeit";

	/** The same one for all tests that need no other. */
	public static TestCertificate shared() {
		return Shared.CERTIFICATE;
	}

	public static TestCertificate in(Path folder) throws Exception {
		Path keyStore = folder.resolve("server.p12");
		Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
		Process process = new ProcessBuilder(keytool.toString(), "-genkeypair", "-alias", "server", "-keyalg", "RSA",
				"-keysize", "2048", "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-validity",
				"2", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", keyStore.toString())
			.redirectErrorStream(true)
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isZero();
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream stream = Files.newInputStream(keyStore)) {
			keys.load(stream, PASSWORD.toCharArray());
		}
		KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		managers.init(keys, PASSWORD.toCharArray());
		KeyStore trust = KeyStore.getInstance("PKCS12");
		trust.load(null, null);
		trust.setCertificateEntry("server", keys.getCertificate("server"));
		Path trustStore = folder.resolve("trust.p12");
		try (OutputStream stream = Files.newOutputStream(trustStore)) {
			trust.store(stream, PASSWORD.toCharArray());
		}
		return new TestCertificate(managers, trustStore);
	}

	private static final class Shared {

		static final TestCertificate CERTIFICATE = create();

		private static TestCertificate create() {
			try {
				Path folder = Files.createTempDirectory("test-certificate");
				Runtime.getRuntime()
					.addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(folder.toFile())));
				return in(folder);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
