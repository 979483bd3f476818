package dev.sallyport.config.check;

import dev.sallyport.config.model.GatewayConfig;

/** Nothing of the operator's is offered to everyone. */
final class ExposureRule implements Rule {
    @Override
    public void check(GatewayConfig config, Report report) {
        var admin = config.admin().address();
        if (admin != null && !admin.isLoopback()) {
            report.error(
                    "admin.address",
                    "\"" + admin + "\"",
                    "a loopback address such as 127.0.0.1:" + admin.port());
        }
        var proxies = config.trustedProxies();
        for (int i = 0; i < proxies.size(); i++) {
            if (proxies.get(i).prefix() == 0) {
                report.warning(
                        "trusted-proxies[" + i + "]",
                        "\"" + proxies.get(i) + "\" lets every client claim any address",
                        "the networks of the proxies alone");
            }
        }
    }
}
