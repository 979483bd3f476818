package dev.sallyport.config.survey;

import dev.sallyport.config.audit.seen.PublishedPort;
import dev.sallyport.config.read.Node;

/** Published ports, in the short form and the long. */
record PortReader(Reader reader) {
    PublishedPort read(Node node) {
        return node instanceof Node.Section section ? longForm(section) : shortForm(node);
    }

    private PublishedPort longForm(Node.Section section) {
        var protocol = reader.text(section, "protocol");
        var target = reader.text(section, "target");
        var published = reader.text(section, "published");
        var address = reader.text(section, "host_ip");
        return new PublishedPort(
                section.place(),
                "published: " + (published.isEmpty() ? "?" : published) + ", target: " + target,
                bare(address),
                published,
                target,
                protocol.isEmpty() ? "tcp" : protocol);
    }

    private PublishedPort shortForm(Node node) {
        var written = reader.text(node);
        int slash = written.lastIndexOf('/');
        var protocol = slash < 0 ? "tcp" : written.substring(slash + 1);
        var rest = slash < 0 ? written : written.substring(0, slash);
        int last = lastColon(rest);
        var port = rest.substring(last + 1);
        var before = last < 0 ? "" : rest.substring(0, last);
        int host = lastColon(before);
        var hostPort = before.substring(host + 1);
        var address = host < 0 ? "" : before.substring(0, host);
        return new PublishedPort(node.place(), written, bare(address), hostPort, port, protocol);
    }

    /** The last colon that parts, not one of an address in brackets or of a variable. */
    private static int lastColon(String text) {
        int depth = 0;
        for (int i = text.length() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c == ']' || c == '}') {
                depth++;
            } else if (c == '[' || c == '{') {
                depth--;
            } else if (c == ':' && depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private static String bare(String address) {
        return address.startsWith("[") && address.endsWith("]")
                ? address.substring(1, address.length() - 1)
                : address;
    }
}
