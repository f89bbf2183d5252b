package studio.ainative.aikit.benchmarks.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;

/**
 * A certificate for 127.0.0.1 that signs itself, made for one run by the JDK's
 * {@code keytool}. Peers trust it as they would trust a company's own: by the JVM's trust
 * store.
 *
 * @param keys the key store of the provider
 * @param trust the trust store of the peers, in which nothing else is trusted
 */
public record Certificate(Path keys, Path trust) {

	/** It keeps no secret: key stores without a password are not read by everyone. */
	public static final String PASSWORD = "changeit";

	private static final String ALIAS = "provider";

	/**
	 * Make a certificate, in a folder of its own: several runs may go on at once.
	 * @param parent holds the folder
	 * @return the certificate
	 * @throws PeerException if none can be made
	 */
	public static Certificate create(Path parent) throws PeerException {
		try {
			Files.createDirectories(parent);
			Path folder = Files.createTempDirectory(parent, "certificate-");
			Path keys = folder.resolve("provider.p12");
			Path trust = folder.resolve("trust.p12");
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
					"-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
					"CN=localhost", "-ext", "san=ip:127.0.0.1,dns:localhost", "-validity", "30", "-storetype", "PKCS12",
					"-keystore", keys.toString(), "-storepass", PASSWORD)
				.redirectErrorStream(true)
				.redirectOutput(folder.resolve("keytool.log").toFile())
				.start();
			if (process.waitFor() != 0) {
				throw new PeerException("No certificate; see " + folder.resolve("keytool.log"));
			}
			KeyStore trusted = KeyStore.getInstance("PKCS12");
			trusted.load(null, null);
			trusted.setCertificateEntry(ALIAS, load(keys).getCertificate(ALIAS));
			try (OutputStream output = Files.newOutputStream(trust)) {
				trusted.store(output, PASSWORD.toCharArray());
			}
			return new Certificate(keys, trust);
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new PeerException("No certificate", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PeerException("No certificate: interrupted", ex);
		}
	}

	/**
	 * Read a key store.
	 * @param store where it is
	 * @return what it holds
	 * @throws IOException if it can't be read
	 * @throws GeneralSecurityException if it is none
	 */
	public static KeyStore load(Path store) throws IOException, GeneralSecurityException {
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(store)) {
			keys.load(input, PASSWORD.toCharArray());
		}
		return keys;
	}

	/** What a JVM is started with that trusts this certificate. */
	List<String> jvmOptions() {
		return List.of("-Djavax.net.ssl.trustStore=" + this.trust, "-Djavax.net.ssl.trustStoreType=PKCS12",
				"-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
	}

}
