package dev.sallyport.config.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.Network;
import java.util.List;

/** Nothing of the operator's is offered to everyone. */
final class ExposureRule implements Rule {
    private static final int LONGEST_SOCKET = 107;

    @Override
    public void check(GatewayConfig config, Report report) {
        var admin = config.admin().address();
        if (admin != null && !admin.isLoopback() && !config.admin().asksClients()) {
            report.error(
                    "admin.address",
                    "\"" + admin + "\"",
                    "a loopback address such as 127.0.0.1:"
                            + admin.port()
                            + ", or admin.tls with client-certificates");
        }
        var socket = config.admin().socket();
        // sun_path holds 108 bytes with its closing NUL
        if (socket != null && socket.toString().getBytes(UTF_8).length > LONGEST_SOCKET) {
            report.error(
                    "admin.socket",
                    Problem.quote(socket),
                    "a path of at most " + LONGEST_SOCKET + " bytes");
        }
        for (var listener : config.listeners()) {
            var trusting = listener.proxyProtocol();
            if (trusting != null) {
                all(
                        trusting.trusted(),
                        "listeners." + listener.name() + ".proxy-protocol.trusted",
                        report);
            }
        }
        all(config.trustedProxies(), "trusted-proxies", report);
    }

    private static void all(List<Network> proxies, String path, Report report) {
        for (int i = 0; i < proxies.size(); i++) {
            if (proxies.get(i).prefix() == 0) {
                report.warning(
                        path + "[" + i + "]",
                        "\"" + proxies.get(i) + "\" lets every client claim any address",
                        "the networks of the proxies alone");
            }
        }
    }
}
