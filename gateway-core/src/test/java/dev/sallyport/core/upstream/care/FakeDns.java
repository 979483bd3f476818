package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Dns;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** A server of DNS on a loopback port, over UDP and TCP, that says what it is told to. */
final class FakeDns implements AutoCloseable {
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<String, List<Record>> zone = new ConcurrentHashMap<>();
    private volatile int rcode = Rcode.NOERROR;
    private volatile boolean isSilent;
    private volatile boolean isTruncating;
    final AtomicInteger overUdp = new AtomicInteger();
    final AtomicInteger overTcp = new AtomicInteger();

    FakeDns() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        tcp = new ServerSocket(0, 50, loopback);
        udp = new DatagramSocket(new InetSocketAddress(loopback, tcp.getLocalPort()));
        Thread.ofVirtual().start(this::serveUdp);
        Thread.ofVirtual().start(this::serveTcp);
    }

    Dns.Server server() {
        return new Dns.Server("127.0.0.1", tcp.getLocalPort());
    }

    /** Settings that ask this server, with the given bounds. */
    Dns settings(Duration minTtl, Duration maxTtl) {
        return new Dns(List.of(server()), Duration.ofMillis(300), minTtl, maxTtl);
    }

    FakeDns answer(String name, long ttl, String... addresses) {
        List<Record> records = new ArrayList<>();
        for (String address : addresses) {
            records.add(
                    address.indexOf(':') < 0
                            ? new ARecord(name(name), DClass.IN, ttl, literal(address))
                            : new AAAARecord(name(name), DClass.IN, ttl, bytes(address)));
        }
        zone.put(name, records);
        return this;
    }

    FakeDns alias(String name, long ttl, String target) {
        zone.put(name, List.of(new CNAMERecord(name(name), DClass.IN, ttl, name(target))));
        return this;
    }

    void forget(String name) {
        zone.remove(name);
    }

    void failWith(int code) {
        rcode = code;
    }

    void silent(boolean silent) {
        isSilent = silent;
    }

    void truncating() {
        isTruncating = true;
    }

    private Message answerTo(Message query, boolean isUdp) {
        Message response = new Message(query.getHeader().getID());
        Record question = query.getQuestion();
        response.getHeader().setFlag(Flags.QR);
        response.addRecord(question, Section.QUESTION);
        response.getHeader().setRcode(rcode);
        if (rcode != Rcode.NOERROR) {
            return response;
        }
        if (isUdp && isTruncating) {
            response.getHeader().setFlag(Flags.TC);
            return response;
        }
        Name at = question.getName();
        for (int step = 0; step < 20; step++) {
            List<Record> records = zone.get(at.toString(true));
            if (records == null) {
                if (step == 0) {
                    response.getHeader().setRcode(Rcode.NXDOMAIN);
                    response.addRecord(
                            new SOARecord(
                                    Name.root, DClass.IN, 7, Name.root, Name.root, 1, 1, 1, 1, 7),
                            Section.AUTHORITY);
                }
                return response;
            }
            Name next = null;
            for (Record record : records) {
                if (record instanceof CNAMERecord alias) {
                    response.addRecord(record, Section.ANSWER);
                    next = alias.getTarget();
                } else if (record.getType() == question.getType()) {
                    response.addRecord(record, Section.ANSWER);
                }
            }
            if (next == null) {
                return response;
            }
            at = next;
        }
        return response;
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                overUdp.incrementAndGet();
                if (!isSilent) {
                    byte[] wire =
                            answerTo(
                                            new Message(
                                                    java.util.Arrays.copyOf(
                                                            buffer, packet.getLength())),
                                            true)
                                    .toWire();
                    udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                if (!udp.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket socket = tcp.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                overTcp.incrementAndGet();
                byte[] wire = answerTo(new Message(query), false).toWire();
                out.writeShort(wire.length);
                out.write(wire);
                out.flush();
                in.read(); // the client closes
            } catch (IOException _) {
                // closed, or the client left
            }
        }
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (org.xbill.DNS.TextParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static InetAddress literal(String text) {
        return InetAddress.ofLiteral(text);
    }

    /** All 16 bytes, also of a mapped address, which the JDK turns into IPv4. */
    private static byte[] bytes(String text) {
        byte[] address = literal(text).getAddress();
        if (address.length == 16) {
            return address;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(address, 0, mapped, 12, 4);
        return mapped;
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
