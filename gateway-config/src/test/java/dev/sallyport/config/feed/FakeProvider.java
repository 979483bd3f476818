package dev.sallyport.config.feed;

import dev.sallyport.config.provider.Fragment;
import dev.sallyport.config.provider.Provider;
import dev.sallyport.config.read.ConfigFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** Gives the text it was last told; its change is a permit. */
final class FakeProvider implements Provider {
    private final String name;
    private final Path file;
    private final Semaphore changes = new Semaphore(0);
    private volatile String text;
    private volatile boolean failing;

    FakeProvider(String name, Path folder, String text) {
        this.name = name;
        this.file = folder.resolve(name + ".yaml");
        this.text = text;
    }

    /** Holds another text from now on, which nobody was told of. */
    void hold(String next) {
        text = next;
    }

    /** Holds another text and tells of it. */
    void change(String next) {
        text = next;
        changes.release();
    }

    /** Fails at the next reading, as a provider with a bug would. */
    void fail() {
        failing = true;
        changes.release();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Fragment read() {
        if (failing) {
            throw new IllegalStateException("a bug");
        }
        try {
            var loaded = ConfigFiles.load(Files.writeString(file, text));
            return new Fragment(name, loaded.root(), loaded.problems());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void awaitChange() throws InterruptedException {
        changes.acquire();
    }
}
