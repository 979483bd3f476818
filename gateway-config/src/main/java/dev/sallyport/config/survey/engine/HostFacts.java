package dev.sallyport.config.survey.engine;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the host of an engine says of itself.
 *
 * @param root of its files
 */
record HostFacts(Path root) {
    boolean isUfwOn() {
        return text("etc/ufw/ufw.conf")
                .lines()
                .anyMatch(line -> line.strip().matches("(?i)ENABLED=[\"']?yes[\"']?"));
    }

    /** Whether UFW's rules have a chain that the engine asks. */
    boolean isUfwAware() {
        return text("etc/ufw/after.rules").contains("DOCKER-USER");
    }

    /** Whether the host has an address on a bridge. */
    static boolean isOn(String bridge) {
        try {
            var found = bridge.isEmpty() ? null : NetworkInterface.getByName(bridge);
            return found != null
                    && found.inetAddresses().anyMatch(each -> !each.isLinkLocalAddress());
        } catch (SocketException _) {
            return false;
        }
    }

    private String text(String file) {
        try {
            return Files.readString(root.resolve(file), StandardCharsets.UTF_8);
        } catch (IOException _) {
            // Not there, or not ours to read: nothing is known then.
            return "";
        }
    }
}
