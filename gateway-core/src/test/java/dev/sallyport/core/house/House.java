package dev.sallyport.core.house;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rooms and what each may touch: the one place where this is decided. A room's sub-packages
 * belong to it.
 *
 * <p>A library appears where it may be used; a library in no line is used nowhere.
 *
 * @param controlSide classes of loop rooms that control threads alone run, the far side of a door
 */
record House(String root, List<Room> rooms, List<String> controlSide) {
    /** What every room may use. */
    static final List<String> EVERYWHERE =
            List.of("java.", "javax.", "jdk.", "org.jspecify.", "org.slf4j.");

    /** What the top floor touches. */
    static final String EVERYTHING = "*";

    House {
        rooms = List.copyOf(rooms);
        controlSide = List.copyOf(controlSide);
    }

    /** The house as it is to be, with packages under {@code root}. */
    static House under(String root) {
        return new House(
                root,
                List.of(
                        Room.of("config.model", 0),
                        Room.of("config.patience", 0),
                        Room.of("config.read", 1, "config.model", "org.snakeyaml"),
                        Room.of("config.check", 1, "config.model"),
                        Room.of("config.print", 1, "config.model"),
                        Room.of("config.reference", 1, "config.model"),
                        Room.of("config.guard", 1, "config.patience"),
                        Room.of("config.audit", 1, "config.model"),
                        Room.of(
                                "config.survey",
                                2,
                                "config.model",
                                "config.read",
                                "config.audit",
                                "config.guard",
                                "config.patience"),
                        Room.of(
                                "config.provider",
                                2,
                                "config.model",
                                "config.read",
                                "config.guard",
                                "config.patience"),
                        Room.of(
                                "config.feed",
                                3,
                                "config.model",
                                "config.check",
                                "config.provider"),
                        Room.of("acme.json", 0, "com.fasterxml.jackson.core"),
                        Room.of("acme.certificate", 1),
                        Room.of("acme.trust", 2, "acme.certificate"),
                        Room.of("acme.pki", 3, "acme.certificate", "acme.storage"),
                        Room.of("acme.challenge", 2, "config.model", "acme.certificate"),
                        Room.of("acme.storage", 2, "acme.certificate", "acme.json"),
                        Room.of(
                                "acme.ondemand",
                                4,
                                "config.model",
                                "acme.certificate",
                                "acme.dns",
                                "acme.storage",
                                "acme.json"),
                        Room.of(
                                "acme.dns",
                                3,
                                "config.model",
                                "acme.challenge",
                                "acme.json",
                                "org.xbill.DNS"),
                        Room.of(
                                "acme.issue",
                                3,
                                "acme.certificate",
                                "acme.challenge",
                                "acme.json",
                                "org.shredzone"),
                        Room.of(
                                "acme.transfer",
                                3,
                                "acme.certificate",
                                "acme.storage",
                                "acme.json"),
                        Room.of(
                                "acme.manage",
                                5,
                                "config.model",
                                "acme.certificate",
                                "acme.challenge",
                                "acme.dns",
                                "acme.storage",
                                "acme.issue",
                                "acme.ondemand",
                                "acme.json"),
                        Room.onLoop("core.loop", 9, "io.netty"),
                        Room.of("core.match", 10, "com.google.re2j"),
                        Room.onLoop("core.http", 10, "io.netty.buffer", "io.netty.util"),
                        Room.onLoop("core.tunnel", 10, "core.loop", "io.netty"),
                        Room.onLoop(
                                "core.observe",
                                10,
                                "com.sun.management",
                                "io.netty.buffer",
                                "io.netty.util",
                                "io.prometheus",
                                "io.opentelemetry"),
                        Room.onLoop(
                                "core.rebuild",
                                11,
                                "config.model",
                                "core.proxyheader",
                                "core.http",
                                "core.observe"),
                        Room.onLoop("core.proxyheader", 10, "core.loop", "io.netty"),
                        Room.onLoop("core.admission", 12, "config.model", "core.rebuild"),
                        Room.onLoop("core.wire", 11, "core.http", "io.netty"),
                        Room.onLoop(
                                "core.exchange",
                                12,
                                "config.model",
                                "core.proxyheader",
                                "core.rebuild",
                                "core.tunnel",
                                "core.http",
                                "core.observe",
                                "core.loop",
                                "io.netty.buffer",
                                "io.netty.util"),
                        Room.onLoop(
                                "core.filter",
                                13,
                                "config.model",
                                "core.admission",
                                "core.exchange",
                                "core.rebuild",
                                "core.http",
                                "core.observe",
                                "core.loop",
                                "acme.trust",
                                "org.bouncycastle",
                                "io.github.bucket4j",
                                "com.github.benmanes.caffeine",
                                "io.netty.buffer",
                                "io.netty.channel",
                                "io.netty.util"),
                        Room.onLoop(
                                "core.downstream",
                                13,
                                "config.model",
                                "core.exchange",
                                "core.rebuild",
                                "core.wire",
                                "core.http",
                                "core.observe",
                                "core.loop",
                                "core.tunnel",
                                "io.netty"),
                        Room.onLoop(
                                "core.upstream",
                                13,
                                "config.model",
                                "core.exchange",
                                "core.proxyheader",
                                "core.wire",
                                "core.http",
                                "core.observe",
                                "core.loop",
                                "core.tunnel",
                                "io.netty"),
                        Room.of(
                                "core.upstream.care",
                                14,
                                "config.model",
                                "config.check",
                                "config.patience",
                                "core.loop",
                                "core.http",
                                "core.wire",
                                "core.upstream",
                                "org.xbill.DNS",
                                "io.netty.channel.unix"),
                        Room.onLoop(
                                "core.relay",
                                14,
                                "config.model",
                                "core.upstream",
                                "core.exchange",
                                "core.admission",
                                "core.proxyheader",
                                "core.rebuild",
                                "core.match",
                                "core.tunnel",
                                "core.observe",
                                "core.loop",
                                "io.netty"),
                        Room.onLoop(
                                "core.tls",
                                13,
                                "config.model",
                                "acme.certificate",
                                "acme.challenge",
                                "acme.trust",
                                "core.match",
                                "core.observe",
                                "core.loop",
                                "io.netty"),
                        Room.of(
                                "core.snapshot",
                                15,
                                "config.model",
                                "core.admission",
                                "core.relay",
                                "acme.certificate",
                                "core.match",
                                "core.rebuild",
                                "core.http",
                                "core.tunnel",
                                "core.observe",
                                "core.loop",
                                "core.exchange",
                                "core.filter",
                                "core.downstream",
                                "core.upstream",
                                "core.tls"),
                        Room.onLoop(
                                "core.listen",
                                16,
                                "config.model",
                                "core.admission",
                                "acme.challenge",
                                "core.proxyheader",
                                "core.relay",
                                "core.match",
                                "core.rebuild",
                                "core.http",
                                "core.tunnel",
                                "core.observe",
                                "core.loop",
                                "core.exchange",
                                "core.downstream",
                                "core.tls",
                                "core.snapshot",
                                "io.netty"),
                        Room.of("core.boot", 17, EVERYTHING)),
                List.of(
                        "core.filter.PasswordHash",
                        "core.filter.UsersFile",
                        "core.loop.Watchdog",
                        "core.observe.log.AccessLog",
                        "core.observe.metrics.LoopSources",
                        "core.observe.metrics.MetricNames",
                        "core.observe.metrics.Metrics",
                        "core.observe.metrics.NamedCounters",
                        "core.observe.metrics.Samples",
                        "core.tls.NativeProof",
                        "core.tls.TicketKeys"));
    }

    /** Lines of the table that reach up or sideways. */
    List<String> upward() {
        List<String> problems = new ArrayList<>();
        for (Room room : rooms) {
            for (Room touched : rooms) {
                if (room.touches().contains(touched.name()) && touched.floor() >= room.floor()) {
                    problems.add(room.name() + " reaches up to " + touched.name());
                }
            }
        }
        return problems;
    }

    /** The innermost room that a package belongs to; null when it belongs to none. */
    @Nullable Room find(String packageName) {
        Room found = null;
        for (Room room : rooms) {
            if (isWithin(packageName, nameOf(room.name()))
                    && (found == null || room.name().length() > found.name().length())) {
                found = room;
            }
        }
        return found;
    }

    /** Whether event loops run this class, or a class nested in it. */
    boolean runsOnLoop(String className) {
        int dot = className.lastIndexOf('.');
        int nested = className.indexOf('$', dot);
        String name = nested < 0 ? className : className.substring(0, nested);
        Room room = find(className.substring(0, dot));
        return room != null
                && room.loop()
                && controlSide.stream().map(this::nameOf).noneMatch(name::equals);
    }

    /** Whether {@code room} may use what lies in {@code target}. */
    boolean permits(Room room, String target) {
        if (isWithin(target, nameOf(room.name())) || room.touches().contains(EVERYTHING)) {
            return true;
        }
        for (String prefix : EVERYWHERE) {
            if ((target + ".").startsWith(prefix)) {
                return true;
            }
        }
        for (String touched : room.touches()) {
            if (isWithin(target, isRoom(touched) ? nameOf(touched) : touched)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a table entry names a room, not a library. */
    boolean isRoom(String name) {
        return rooms.stream().anyMatch(room -> room.name().equals(name));
    }

    private String nameOf(String name) {
        return root + "." + name;
    }

    private static boolean isWithin(String packageName, String parent) {
        return packageName.equals(parent) || packageName.startsWith(parent + ".");
    }
}
