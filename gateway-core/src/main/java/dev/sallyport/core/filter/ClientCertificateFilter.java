package dev.sallyport.core.filter;

import dev.sallyport.acme.trust.Authorities;
import dev.sallyport.acme.trust.AuthorityWatch;
import dev.sallyport.config.model.certificate.ClientNames;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import dev.sallyport.core.exchange.Verdict;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.rebuild.ClientIdentity;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets clients in by the certificate that the listener asked for and verified.
 *
 * <p>What it looks at was settled by the handshake of the connection, so the name in a hello or a
 * field of the request cannot get around it.
 */
final class ClientCertificateFilter implements Filter {
    /** Settings. */
    @Named("client-certificate")
    @Doc(
            "Lets clients in by their certificate (mTLS), or answers 403. The listener must ask for"
                    + " it: see client-certificates there.")
    record Config(
            @Doc(
                            "Whom to let in, by an alternative name of the certificate (DNS, URI"
                                    + " such as a SPIFFE ID, e-mail) or, where it has none, its"
                                    + " common name; a * at the end stands for any rest. Absent:"
                                    + " everybody with a certificate.")
                    @Example("[\"spiffe://example.org/billing/*\", alice]")
                    List<String> names,
            @Doc(
                            "PEM files of authorities: only what one of them issued, itself or by"
                                    + " another, is let in. One that is missing, broken or expired"
                                    + " closes the route. Absent: any that the listener believes.")
                    @Example("[partners-ca.pem]")
                    List<Path> issuerFiles)
            implements FilterConfig {
        Config {
            names = List.copyOf(names);
            issuerFiles = List.copyOf(issuerFiles);
            ClientNames.require(names);
        }

        @Override
        public boolean needsClientCertificate() {
            return true;
        }

        @Override
        public Filter create() {
            return create(
                    Clock.systemUTC(),
                    System::nanoTime,
                    work -> Thread.ofVirtual().name("issuer-files").start(work));
        }

        ClientCertificateFilter create(Clock clock, LongSupplier nanoClock, Executor control) {
            if (issuerFiles.isEmpty()) {
                return new ClientCertificateFilter(names, null);
            }
            AuthorityWatch issuers =
                    new AuthorityWatch(
                            issuerFiles,
                            each ->
                                    log.error(
                                            "clients not let in filter=client-certificate"
                                                    + " reason={}",
                                            each),
                            clock,
                            nanoClock,
                            control);
            if (issuers.current().isEmpty()) {
                throw new IllegalArgumentException(issuers.problems().getFirst());
            }
            return new ClientCertificateFilter(names, issuers);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(ClientCertificateFilter.class);

    private static final Verdict NONE =
            new Verdict.Respond(Answer.of(403, "no-client-certificate"));
    private static final Verdict OTHER = new Verdict.Respond(Answer.of(403, "client-certificate"));

    private static final Verdict CLOSED = new Verdict.Respond(Answer.of(503, "issuer-files"));

    private final ClientNames names;
    private final @Nullable AuthorityWatch issuers;

    private ClientCertificateFilter(List<String> names, @Nullable AuthorityWatch issuers) {
        this.names = ClientNames.of(names);
        this.issuers = issuers;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        ClientIdentity client = exchange.peer().client();
        if (client == null) {
            return NONE;
        }
        if (issuers != null) {
            Authorities present = issuers.current();
            if (present.isEmpty()) {
                return CLOSED;
            }
            if (!present.containsAny(client.issuers())) {
                return OTHER;
            }
        }
        return names.matches(client.names()) ? Verdict.CONTINUE : OTHER;
    }
}
