package dev.sallyport.config.survey;

import dev.sallyport.config.audit.seen.Mount;
import dev.sallyport.config.read.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Folders and files of the host in a container, in the short form and the long; named volumes that
 * are a folder of the host in disguise, too.
 *
 * @param folder of the project, which relative paths begin at
 * @param devices what named volumes are bound to, by name
 */
record MountReader(Reader reader, Path folder, Map<String, String> devices) {
    List<Mount> read(Node.Section service) {
        var all = new ArrayList<Mount>();
        for (var each : reader.items(reader.find(service, "volumes"))) {
            var mount = each instanceof Node.Section section ? longForm(section) : shortForm(each);
            if (mount != null) {
                all.add(mount);
            }
        }
        return all;
    }

    /** What named volumes of a project are bound to, by {@code driver_opts}. */
    static Map<String, String> devices(Reader reader, Node.Section root) {
        var devices = new java.util.HashMap<String, String>();
        reader.entries(reader.find(root, "volumes"))
                .forEach((name, entry) -> {
                    if (entry.value() instanceof Node.Section volume
                            && reader.find(volume, "driver_opts") instanceof Node.Section options
                            && reader.text(options, "o").contains("bind")) {
                        devices.put(name, reader.text(options, "device"));
                    }
                });
        return devices;
    }

    private @Nullable Mount longForm(Node.Section section) {
        var source = path(reader.text(section, "source"));
        var target = reader.text(section, "target");
        boolean isReadOnly = reader.isTrue(reader.find(section, "read_only"));
        return source == null
                ? null
                : new Mount(
                        section.place(),
                        "source: " + source + ", target: " + target,
                        source,
                        target,
                        isReadOnly);
    }

    private @Nullable Mount shortForm(Node node) {
        var written = reader.text(node);
        var parts = written.split(":", -1);
        if (parts.length < 2) {
            return null;
        }
        var source = path(parts[0]);
        boolean isReadOnly = parts.length > 2 && List.of(parts[2].split(",")).contains("ro");
        return source == null
                ? null
                : new Mount(node.place(), written, source, parts[1], isReadOnly);
    }

    private @Nullable String path(String source) {
        var device = devices.getOrDefault(source, source);
        if (device.indexOf(0) >= 0) {
            // No path: the engine refuses it.
            return null;
        }
        if (device.startsWith("/")) {
            return Path.of(device).normalize().toString();
        }
        if (device.startsWith(".")) {
            return folder.resolve(device).normalize().toString();
        }
        return device.startsWith("~") || device.startsWith("$") ? device : null;
    }
}
