package dev.sallyport.config.audit.engine;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.audit.seen.Variable;

/** An engine that anybody may command over TCP. */
public final class PlainEngine implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D304",
                Severity.CRITICAL,
                "an engine is on TCP without TLS",
                "Who reaches that port is root on the engine's host; there is no password. TLS "
                        + "with certificates of both sides is the only way over a network.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            var host = service.variable("DOCKER_HOST");
            if (host != null && host.kind() == Variable.Kind.PLAIN_ENGINE && !asksForTls(service)) {
                findings.add(
                        host.place(),
                        service.title(),
                        "DOCKER_HOST",
                        service.name() + " commands an engine over TCP without TLS",
                        "use tcp://...:2376 with DOCKER_TLS_VERIFY: 1 and DOCKER_CERT_PATH, or a unix"
                                + " socket");
            }
            var certificates = service.variable("DOCKER_TLS_CERTDIR");
            boolean isOff = certificates != null && certificates.kind() == Variable.Kind.EMPTY;
            if ((isOff && isEngine(service)) || listensInClear(service)) {
                findings.add(
                        isOff && certificates != null ? certificates.place() : service.place(),
                        service.title(),
                        "engine",
                        service.name() + " is an engine that listens on TCP without TLS",
                        isOff
                                ? "remove the empty DOCKER_TLS_CERTDIR; the engine makes certificates then"
                                : "add --tlsverify with --tlscacert, --tlscert and --tlskey, or remove the"
                                        + " tcp:// address");
            }
        }
        var engine = estate.engine();
        if (engine != null) {
            for (var each : engine.listening()) {
                if (each.value().equals("plain")) {
                    findings.add(
                            each.place(),
                            "engine",
                            each.key(),
                            "the engine listens on " + each.key() + " without TLS",
                            "remove that address from \"hosts\" in /etc/docker/daemon.json and from the"
                                    + " unit; ssh:// serves from afar");
                }
            }
        }
    }

    private static boolean isEngine(Service service) {
        return service.imageName().equals("docker") || service.words().contains("dockerd");
    }

    private static boolean asksForTls(Service service) {
        var verify = service.variable("DOCKER_TLS_VERIFY");
        return verify != null && verify.kind() != Variable.Kind.EMPTY;
    }

    private static boolean listensInClear(Service service) {
        boolean isTcp = false;
        boolean isVerified = false;
        for (var word : service.words()) {
            isTcp |= word.contains("tcp://") && !word.contains("tcp://127.0.0.1");
            isVerified |= word.startsWith("--tlsverify");
        }
        return isTcp && !isVerified && isEngine(service);
    }
}
