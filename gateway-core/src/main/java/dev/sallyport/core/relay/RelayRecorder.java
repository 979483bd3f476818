package dev.sallyport.core.relay;

import dev.sallyport.core.observe.log.AccessQueue;
import dev.sallyport.core.observe.log.AccessRecord;
import dev.sallyport.core.rebuild.ClientAddress;
import dev.sallyport.core.rebuild.ClientIdentity;
import dev.sallyport.core.rebuild.Peer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Writes one access record for each connection or session that is over. One per loop. */
public final class RelayRecorder {
    private final AccessQueue log;
    private final Clock clock;
    private final SplittableRandom ids;
    private final AccessRecord record = new AccessRecord();

    RelayRecorder(AccessQueue log, Clock clock, SplittableRandom ids) {
        this.log = log;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * What is to be told.
     *
     * @param protocol the word for the wire: TCP, TLS or UDP
     * @param serverName the client asked for; null for none
     * @param connectNanos how long it took to reach an endpoint; negative when none was
     * @param reason why it ended, or never began; null for an end in good order
     * @param verdict the filter that did not let it in
     */
    public record Ended(
            String protocol,
            Peer peer,
            @Nullable String serverName,
            @Nullable String alpn,
            String route,
            @Nullable String upstream,
            @Nullable String endpoint,
            int attempts,
            long bytesIn,
            long bytesOut,
            long totalNanos,
            long connectNanos,
            @Nullable String reason,
            @Nullable String verdict) {}

    public void record(Ended ended) {
        record.clear();
        long totalMicros = ended.totalNanos() / 1000;
        record.startEpochMicros = clock.millis() * 1000 - totalMicros;
        record.requestId = ids.nextLong();
        record.totalMicros = totalMicros;
        record.connectMicros =
                ended.connectNanos() < 0 ? AccessRecord.ABSENT : ended.connectNanos() / 1000;
        record.attempts = ended.attempts();
        record.bytesIn = ended.bytesIn();
        record.bytesOut = ended.bytesOut();
        record.tunnel = ended.connectNanos() >= 0;
        record.protocol = ended.protocol();
        record.route = ended.route();
        record.upstream = ended.upstream();
        record.endpoint = ended.endpoint();
        record.reason = ended.reason();
        record.verdict = ended.verdict();
        record.alpn = ended.alpn();
        peer(ended.peer());
        String name = ended.serverName();
        if (name != null) {
            byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
            record.text(AccessRecord.HOST, bytes, 0, bytes.length);
        }
        log.offer(record);
        record.clear();
    }

    private void peer(Peer peer) {
        ClientAddress client = peer.address();
        byte[] raw = client.raw();
        record.clientFamily = raw.length == 4 ? 4 : 6;
        record.clientHigh = raw.length == 4 ? 0 : big(raw, 0, 8);
        record.clientLow = raw.length == 4 ? big(raw, 0, 4) : big(raw, 8, 8);
        record.clientPort = peer.port();
        record.listener = peer.listener();
        Peer.Tls tls = peer.tls();
        if (tls != null) {
            record.tlsVersion = tls.version();
            record.tlsCipher = tls.cipher();
            ClientIdentity known = tls.client();
            if (known != null) {
                record.clientSubject = known.subject();
                record.clientFingerprint = known.fingerprint();
            }
        }
    }

    private static long big(byte[] raw, int offset, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | (raw[offset + i] & 0xFF);
        }
        return value;
    }
}
