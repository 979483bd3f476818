package dev.sallyport.core.boot;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.problem.Reading;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.observe.log.AccessFormat;
import dev.sallyport.core.observe.log.AccessWriter;
import dev.sallyport.core.observe.log.LogTarget;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** The command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        var files = ConfigFiles.load(Path.of(args[0]));
        Reading reading =
                new ConfigReader(FilterTypes.of(List.of()), System::getenv).read(files.root());
        System.out.println(reading.problems());
        var store = new CertificateStore(Clock.systemUTC());
        var ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        store.publish("internal", List.of(ca.issue(List.of("localhost", "127.0.0.1"))));
        Gateway gateway =
                Gateway.start(
                        java.util.Objects.requireNonNull(reading.config()),
                        store,
                        List.of(
                                new AccessWriter(
                                        AccessFormat.JSON,
                                        LogTarget.file(Path.of("/tmp/access.log")),
                                        System::nanoTime)));
        Runtime.getRuntime().addShutdownHook(new Thread(gateway::close));
    }
}
