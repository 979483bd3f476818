package dev.sallyport.config.provider.file;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches the folders of files by the system's own events, where it has them to give. */
final class FolderWatch implements ChangeWatch {
    private final @Nullable WatchService service;
    private final Map<Path, WatchKey> keys = new HashMap<>();

    private FolderWatch(@Nullable WatchService service) {
        this.service = service;
    }

    /** A watch of nothing yet; without events (inotify used up) it only passes the time. */
    static FolderWatch open() {
        try {
            return new FolderWatch(FileSystems.getDefault().newWatchService());
        } catch (IOException _) {
            return new FolderWatch(null);
        }
    }

    @Override
    public synchronized void follow(Set<Path> paths) {
        var folders = new HashSet<Path>();
        for (var path : paths) {
            var folder = Files.isDirectory(path) ? path : path.getParent();
            if (folder != null) {
                folders.add(folder);
            }
        }
        keys.entrySet()
                .removeIf(entry -> {
                    boolean old = !folders.contains(entry.getKey()) || !entry.getValue().isValid();
                    if (old) {
                        entry.getValue().cancel();
                    }
                    return old;
                });
        for (var folder : folders) {
            if (service != null && !keys.containsKey(folder)) {
                try {
                    keys.put(
                            folder,
                            folder.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY));
                } catch (IOException _) {
                    // Looking once a second sees what events do not tell.
                }
            }
        }
    }

    @Override
    public void await(Duration atMost) throws InterruptedException {
        if (service == null) {
            rest(atMost);
            return;
        }
        var key = service.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
            key.pollEvents();
            key.reset();
        }
    }

    @Override
    public void rest(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }

    @Override
    public void close() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException _) {
                // Nothing is lost with a watch that is not wanted any more.
            }
        }
    }
}
