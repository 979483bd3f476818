package dev.sallyport.config.model.discovery;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.HostPattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where routes come from beside the files. */
public record Providers(
        @Doc(
                        "Routes from the labels of containers, told by a guard beside the engine."
                                + " Absent: none.")
                @Example("{}")
                @Nullable Docker docker) {

    /** Routes from the labels of containers. */
    public record Docker(
            @Doc("Where the guard offers its feed: unix:/path, or host:port over mutual TLS.")
                    @Default("unix:/run/sallyport-feed/feed.sock")
                    @Shorthand
                    FeedAddress feed,
            @Doc("Certificates for a feed over the network; needed there, unused on a unix socket.")
                    @Example("{ca-file: ca.pem, certificate-file: edge.pem, key-file: edge.key}")
                    @Nullable Tls tls,
            @Doc(
                            "Networks on which containers are reached, by name. Empty: those that"
                                    + " this edge is attached to.")
                    @Example("[shop, blog]")
                    List<String> networks,
            @Doc(
                            "Who may claim which hosts. Empty: the first to claim a host keeps it."
                                    + " With grants, nobody claims anything without one.")
                    @Example("[{projects: shop, networks: shop_web, domains: [shop.example.com]}]")
                    List<Grant> grants,
            @Doc(
                            "How long the routes and hosts of a project that is gone are kept for"
                                    + " it: requests are answered 503, nobody else gets the host.")
                    @Default("10m")
                    @Range(min = "0s", max = "365d")
                    Duration keep) {
        public Docker {
            networks = List.copyOf(networks);
            grants = List.copyOf(grants);
            if (feed.isRemote() && tls == null) {
                throw new IllegalArgumentException(
                        "feed over the network without tls (expected: tls with ca-file,"
                                + " certificate-file and key-file)");
            }
        }
    }

    /** Certificates of both sides. */
    public record Tls(
            @Doc("PEM file of the authority of the guard's certificate.")
                    @Example("ca.pem")
                    @MustExist
                    Path caFile,
            @Doc("PEM file of this edge's certificate and its chain.")
                    @Example("edge.pem")
                    @MustExist
                    Path certificateFile,
            @Doc("PEM file of its private key, PKCS #8.") @Example("edge.key") @MustExist
                    Path keyFile) {}

    /** What some may claim. */
    public record Grant(
            @Doc("Compose projects or stacks, or names of containers without one. Empty: any.")
                    @Example("[shop]")
                    List<String> projects,
            @Doc("Networks the containers must be reached on, by name. Empty: any.")
                    @Example("[shop_web]")
                    List<String> networks,
            @Doc("Hosts they may claim, exact or with one wildcard label.")
                    @Example("[shop.example.com, \"*.shop.example.com\"]")
                    @Shorthand
                    List<HostPattern> domains) {
        public Grant {
            projects = List.copyOf(projects);
            networks = List.copyOf(networks);
            domains = List.copyOf(domains);
            if (projects.isEmpty() && networks.isEmpty()) {
                throw new IllegalArgumentException(
                        "a grant for everybody (expected: projects, networks or both)");
            }
        }

        /** Whether a host, or all hosts of a pattern, may be claimed. */
        public boolean covers(HostPattern host) {
            for (var domain : domains) {
                boolean within =
                        host.kind() == HostPattern.Kind.EXACT && domain.matches(host.name());
                if (within || domain.equals(host)) {
                    return true;
                }
            }
            return false;
        }
    }
}
