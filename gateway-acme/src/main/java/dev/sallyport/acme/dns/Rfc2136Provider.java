package dev.sallyport.acme.dns;

import dev.sallyport.config.model.Acme;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Update;

/** Updates by DNS itself (RFC 2136), signed by a shared key (RFC 8945). */
final class Rfc2136Provider implements DnsProvider {
    private final Acme.DnsProof.Rfc2136 settings;
    private final Duration ttl;

    Rfc2136Provider(Acme.DnsProof.Rfc2136 settings, Duration ttl) {
        this.settings = settings;
        this.ttl = ttl;
    }

    @Override
    public void present(TxtRecord record) throws IOException {
        var server = server();
        var update = new Update(zone(server, record));
        update.add(text(record));
        send(server, update, record);
    }

    @Override
    public void remove(TxtRecord record) throws IOException {
        var server = server();
        var update = new Update(zone(server, record));
        update.delete(text(record));
        send(server, update, record);
    }

    private SimpleResolver server() throws IOException {
        return DnsLookups.resolver(settings.server().toSocketAddress());
    }

    /** The server is asked itself, for it knows the zones it takes updates of. */
    private Name zone(SimpleResolver server, TxtRecord record) throws IOException {
        try {
            return DnsLookups.zone(server, Name.fromString(record.target()));
        } catch (IOException e) {
            throw told("rfc2136", e);
        }
    }

    private org.xbill.DNS.Record text(TxtRecord record) throws IOException {
        return new TXTRecord(
                Name.fromString(record.target()), DClass.IN, ttl.toSeconds(), record.value());
    }

    private void send(SimpleResolver server, Message update, TxtRecord record) throws IOException {
        var name = settings.keyName();
        var key = settings.key();
        if (name != null && key != null) {
            try {
                server.setTSIGKey(
                        new TSIG(
                                algorithm(),
                                Name.fromString(name.endsWith(".") ? name : name + "."),
                                Base64.getDecoder().decode(key.value().strip())));
            } catch (IllegalArgumentException e) {
                throw new IOException("rfc2136: the key is not base64", e);
            }
        }
        Message answer;
        try {
            answer = server.send(update);
        } catch (IOException e) {
            throw told("rfc2136", e);
        }
        if (answer.getRcode() != Rcode.NOERROR) {
            throw new IOException(
                    "rfc2136: "
                            + settings.server()
                            + " answers "
                            + Rcode.string(answer.getRcode())
                            + " to an update of "
                            + record.target());
        }
    }

    private IOException told(String what, IOException failure) {
        var message = failure.getMessage();
        return new IOException(
                what + ": " + settings.server() + ": " + (message == null ? failure : message),
                failure);
    }

    private Name algorithm() {
        return switch (settings.algorithm()) {
            case HMAC_SHA256 -> TSIG.HMAC_SHA256;
            case HMAC_SHA384 -> TSIG.HMAC_SHA384;
            case HMAC_SHA512 -> TSIG.HMAC_SHA512;
        };
    }
}
