package dev.sallyport.core.upstream.care;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.Dns;
import dev.sallyport.core.upstream.care.Lookup.Answer;
import dev.sallyport.core.upstream.care.Lookup.Failed;
import dev.sallyport.core.upstream.care.Lookup.Family;
import dev.sallyport.core.upstream.care.Lookup.Found;
import dev.sallyport.core.upstream.care.Lookup.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;

class DnsLookupIT {
    @TempDir private Path folder;
    private FakeDns dns;

    @BeforeEach
    void open() throws IOException {
        dns = new FakeDns();
    }

    @AfterEach
    void close() throws IOException {
        dns.close();
    }

    @Test
    void answersAddressesOfEachFamilyWithTheirTime() throws Exception {
        dns.answer("app.test", 42, "10.0.0.1", "10.0.0.2", "2001:db8::1");

        assertThat(ask("app.test", Family.V4))
                .isEqualTo(
                        new Found(
                                List.of(FakeDns.literal("10.0.0.1"), FakeDns.literal("10.0.0.2")),
                                Duration.ofSeconds(42)));
        assertThat(ask("app.test", Family.V6))
                .isEqualTo(
                        new Found(List.of(FakeDns.literal("2001:db8::1")), Duration.ofSeconds(42)));
    }

    @Test
    void namesOfOneLabelAndUnderscoresAreAskedAsTheyAre() throws Exception {
        dns.answer("my_app", 1, "10.0.0.1");

        assertThat(ask("my_app", Family.V4)).isInstanceOf(Found.class);
    }

    @Test
    void followsAliasesAndKeepsTheShortestTime() throws Exception {
        dns.alias("www.test", 9, "app.test").answer("app.test", 42, "10.0.0.1");

        assertThat(ask("www.test", Family.V4))
                .isEqualTo(new Found(List.of(FakeDns.literal("10.0.0.1")), Duration.ofSeconds(9)));
    }

    @Test
    void aliasesInACircleFail() throws Exception {
        dns.alias("a.test", 9, "b.test").alias("b.test", 9, "a.test");

        assertThat(ask("a.test", Family.V4)).isInstanceOf(Failed.class);
    }

    @Test
    void unknownNameIsMissingForTheTimeOfItsZone() throws Exception {
        assertThat(ask("nowhere.test", Family.V4))
                .isEqualTo(new Missing("nxdomain", Duration.ofSeconds(7)));
    }

    @Test
    void nameWithoutAddressOfTheFamilyIsMissing() throws Exception {
        dns.answer("app.test", 42, "10.0.0.1");

        assertThat(ask("app.test", Family.V6)).isEqualTo(new Missing("no address", Duration.ZERO));
    }

    @Test
    void truncatedAnswerIsAskedForOverTcp() throws Exception {
        dns.answer("app.test", 42, "10.0.0.1").truncating();

        assertThat(ask("app.test", Family.V4)).isInstanceOf(Found.class);
        assertThat(dns.overTcp).hasValue(1);
    }

    @Test
    void silentServerFailsAfterTwoRounds() throws Exception {
        dns.silent(true);

        assertThat(ask("app.test", Family.V4)).isEqualTo(new Failed(dns.server() + ": timeout"));
        assertThat(dns.overUdp).hasValue(2);
    }

    @Test
    void serverThatCannotAnswerFailsWithItsCode() throws Exception {
        dns.failWith(Rcode.SERVFAIL);

        assertThat(ask("app.test", Family.V4)).isEqualTo(new Failed(dns.server() + ": SERVFAIL"));
    }

    @Test
    void nextServerIsAskedWhenOneFails() throws Exception {
        dns.failWith(Rcode.REFUSED);
        try (FakeDns second = new FakeDns()) {
            second.answer("app.test", 42, "10.0.0.1");
            Dns settings =
                    new Dns(
                            List.of(dns.server(), second.server()),
                            Duration.ofMillis(300),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(9));

            assertThat(new DnsLookup(settings, files("")).ask("app.test", Family.V4))
                    .isInstanceOf(Found.class);
        }
    }

    @Test
    void hostsFileSettlesANameAndIsReadAgainWhenItChanges() throws Exception {
        SystemFiles files = files("10.9.9.9 app.test App2 # fd00::9 app.test\n");
        DnsLookup lookup = new DnsLookup(settings(), files);
        dns.answer("app.test", 42, "10.0.0.1", "2001:db8::1");

        assertThat(lookup.ask("app.test", Family.V4))
                .isEqualTo(new Found(List.of(FakeDns.literal("10.9.9.9")), settings().minTtl()));
        assertThat(lookup.ask("app2", Family.V4)).isInstanceOf(Found.class);
        assertThat(lookup.ask("app.test", Family.V6)).isInstanceOf(Missing.class);

        Files.delete(folder.resolve("hosts"));

        assertThat(lookup.ask("app.test", Family.V6)).isInstanceOf(Found.class);
    }

    @Test
    void localhostIsTheLoopbackWithoutAsking() throws Exception {
        assertThat(ask("localhost", Family.V4))
                .isEqualTo(new Found(List.of(FakeDns.literal("127.0.0.1")), settings().minTtl()));
        assertThat(ask("app.localhost", Family.V6))
                .isEqualTo(new Found(List.of(FakeDns.literal("::1")), settings().minTtl()));
        assertThat(dns.overUdp).hasValue(0);
    }

    @Test
    void serversOfTheSystemAreThoseOfTheResolverFile() throws Exception {
        SystemFiles files = files("");
        assertThat(files.servers()).extracting(Object::toString).containsExactly("/127.0.0.1:53");

        Files.writeString(
                folder.resolve("resolv.conf"),
                "search example.com\nnameserver 127.0.0.11\nnameserver nonsense\nnameserver ::1\n");

        assertThat(files.servers())
                .extracting(server -> server.getAddress().getHostAddress())
                .containsExactly("127.0.0.11", "0:0:0:0:0:0:0:1");
    }

    private Answer ask(String name, Family family) throws Exception {
        return new DnsLookup(settings(), files("")).ask(name, family);
    }

    private Dns settings() {
        return dns.settings(Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    private SystemFiles files(String hosts) throws IOException {
        return new SystemFiles(
                Files.writeString(folder.resolve("hosts"), hosts), folder.resolve("resolv.conf"));
    }
}
