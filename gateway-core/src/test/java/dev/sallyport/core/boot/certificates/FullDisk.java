package dev.sallyport.core.boot.certificates;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A disk of its own, small enough to be filled. */
final class FullDisk implements AutoCloseable {
    private static final int PAGE = 4096;

    private final Path folder;

    private FullDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts one of a megabyte. */
    static FullDisk mount(Path folder) throws IOException {
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", folder.toString());
        return new FullDisk(folder);
    }

    /** Leaves no byte of it. */
    void fill() {
        byte[] page = new byte[PAGE];
        Arrays.fill(page, (byte) 1);
        try (OutputStream ballast = Files.newOutputStream(ballast())) {
            while (true) {
                ballast.write(page);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void clear() throws IOException {
        Files.delete(ballast());
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    @Override
    public void close() throws IOException {
        run("umount", folder.toString());
    }

    private static void run(String tool, String... words) throws IOException {
        String[] command = new String[words.length + 1];
        command[0] = Tool.require(tool).toString();
        System.arraycopy(words, 0, command, 1, words.length);
        int exit = new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
        if (exit != 0) {
            throw new IOException(tool + ": exit " + exit + " (expected: 0; run as root)");
        }
    }
}
