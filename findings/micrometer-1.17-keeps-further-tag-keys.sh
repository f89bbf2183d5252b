#!/usr/bin/env bash
# Micrometer 1.17 gives Prometheus meters of one name with different tag keys; up to 1.16 it drops all but the first.
#
# Guess: Prometheus needs the same keys for a name, so the second meter is dropped with a warning, in every version.
# Seen:  1.16.6: one line and a warning. 1.17.0: two lines, no warning.
# Why:   a meter that gets an "error" tag only when it fails shows errors with Spring Boot 4.1, and none with 4.0. What
#        supports both is tested with the older one, or has the same keys always (error="none").
# Ran:   io.micrometer:micrometer-registry-prometheus 1.16.6 and 1.17.0, Java 17, on 2026-11-28; needs mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.micrometer</groupId><artifactId>micrometer-registry-prometheus</artifactId><version>1.17.0</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(micrometer-core)-[0-9]'

cat >Finding.java <<'JAVA'
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

public class Finding {

	public static void main(String[] arguments) {
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		registry.counter("calls", "model", "m").increment();
		registry.counter("calls", "model", "m", "error", "timeout").increment();
		registry.scrape().lines().filter((line) -> line.startsWith("calls_total")).forEach(System.out::println);
	}

}
JAVA
new=$(java -cp "lib/*" Finding.java 2>/dev/null)
sed -i 's/1\.17\.0/1.16.6/' pom.xml
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib16 >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib16 | grep -E '^(micrometer-core)-[0-9]'
old=$(java -cp "lib16/*" Finding.java 2>/dev/null)
printf '1.17:\n%s\n1.16:\n%s\n' "$new" "$old"
if [ "$(wc -l <<<"$new") $(wc -l <<<"$old")" != "2 1" ]; then
	echo CHANGED
	exit 1
fi
echo "As described."
