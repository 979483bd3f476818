package dev.sallyport.config.check;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.value.Address;

/** Listeners do not collide, and each route can be reached by one. */
final class ListenerRule implements Rule {
    /** Routes keep the set of their listeners in one word of 64 bits. */
    private static final int MOST = 64;

    @Override
    public void check(GatewayConfig config, Report report) {
        var listeners = config.listeners();
        if (listeners.isEmpty()) {
            report.error("listeners", "no listener", "at least one");
        }
        if (listeners.size() > MOST) {
            report.error("listeners", listeners.size() + " listeners", "at most " + MOST);
        }
        for (int i = 0; i < listeners.size(); i++) {
            var listener = listeners.get(i);
            var path = "listeners." + listener.name();
            for (var earlier : listeners.subList(0, i)) {
                if (!collide(earlier.address(), listener.address())) {
                    continue;
                }
                if (earlier.isUdp() == listener.isUdp()) {
                    collision(report, path + ".address", listener, earlier);
                } else if (earlier.speaksHttp3() || listener.speaksHttp3()) {
                    http3(report, path + ".address", listener, earlier);
                }
            }
            var admin = config.admin().address();
            if (admin != null && !listener.isUdp() && collide(admin, listener.address())) {
                report.error(
                        "admin.address",
                        "\"" + admin + "\" is taken by listener \"" + listener.name() + "\"",
                        "an address of its own");
            }
        }
        redirects(config, report);
    }

    private static void collision(Report report, String path, Listener listener, Listener earlier) {
        report.error(
                path,
                "\""
                        + listener.address()
                        + "\" is taken by listener \""
                        + earlier.name()
                        + "\" (\""
                        + earlier.address()
                        + "\")",
                "an address of its own");
    }

    /** Both would bind the port and each would take a part of the other's datagrams. */
    private static void http3(Report report, String path, Listener listener, Listener earlier) {
        report.error(
                path,
                "\""
                        + listener.address()
                        + "\", over UDP, is taken by listener \""
                        + earlier.name()
                        + "\" (\""
                        + earlier.address()
                        + "\"): HTTP/3 is spoken there too",
                "another port, or protocols: [h2, http/1.1] on \""
                        + (earlier.speaksHttp3() ? earlier : listener).name()
                        + "\"");
    }

    private static boolean collide(Address one, Address other) {
        if (one.port() != other.port() || one.port() == 0) {
            return false;
        }
        return isWide(one, other) || isWide(other, one) || one.equals(other);
    }

    private static boolean isWide(Address wide, Address other) {
        var host = wide.host();
        // Bound to ::, a socket takes IPv4 as well.
        return host == null
                || host.equals("::")
                || (host.equals("0.0.0.0")
                        && (other.host() == null || other.host().indexOf(':') < 0));
    }

    private static void redirects(GatewayConfig config, Report report) {
        boolean tls = config.listeners().stream().anyMatch(l -> l.isHttp() && l.tls() != null);
        for (var listener : config.listeners()) {
            if (listener.redirectToHttps() && !tls) {
                report.warning(
                        "listeners." + listener.name() + ".redirect-to-https",
                        "redirects to HTTPS, which no listener speaks",
                        "a listener with tls");
            }
        }
        for (var route : config.routes()) {
            var wanted = route.match().listeners();
            var served =
                    config.listeners().stream().filter(l -> wanted.contains(l.name())).toList();
            if (!served.isEmpty() && served.stream().allMatch(Listener::redirectToHttps)) {
                report.warning(
                        "routes." + route.name() + ".listeners",
                        "never reached: redirect-to-https answers there",
                        "a listener that does not redirect");
            }
        }
    }
}
