package dev.sallyport.acme.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A folder that another process orders in: one that runs, one that was stopped, one that died. */
@Timeout(30)
final class FolderLockTest {
    private static final String HOLD =
            "import fcntl,os,sys; f=open(sys.argv[1],'w'); fcntl.lockf(f,fcntl.LOCK_EX);"
                    + " print('held',flush=True); sys.stdin.read()";

    private static final String PROBE =
            """
            import fcntl, sys
            f = open(sys.argv[1], 'w')
            try:
                fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                print('free')
            except OSError:
                print('taken')
            """;

    @TempDir private Path folder;
    private Process other;

    @BeforeEach
    void begin() throws Exception {
        Files.writeString(folder.resolve("owner"), "another process");
        other =
                new ProcessBuilder("python3", "-c", HOLD, folder.resolve("lock").toString())
                        .start();
        assertThat(other.inputReader().readLine()).isEqualTo("held");
    }

    @AfterEach
    void end() throws Exception {
        other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @Test
    void takesNothingFromAProcessThatIsPausedAndAllFromOneThatDied() throws Exception {
        try (var lock = new FolderLock(folder)) {
            assertThat(lock.tryAcquire()).isFalse();

            signal("-STOP");
            for (int i = 0; i < 100; i++) {
                assertThat(lock.tryAcquire()).isFalse();
            }
            assertThat(lock.owner()).isEqualTo("another process");

            signal("-KILL");
            assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(lock.tryAcquire()).isTrue();
            assertThat(lock.owner()).isEqualTo(StateFolder.self());
        }
    }

    /** The kernel takes a lock from a process that closes any channel on its file. */
    @Test
    void doesNotLoseItToAnotherPartOfThisProcess() throws Exception {
        other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        try (var first = new FolderLock(folder)) {
            assertThat(first.tryAcquire()).isTrue();
            try (var second = new FolderLock(folder)) {
                assertThat(second.tryAcquire()).isFalse();
            }

            var probe = new ProcessBuilder("python3", "-c", PROBE, lockFile()).start();
            assertThat(probe.inputReader().readLine()).isEqualTo("taken");
            assertThat(probe.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private String lockFile() {
        return folder.resolve("lock").toString();
    }

    private void signal(String name) throws Exception {
        var kill = new ProcessBuilder("kill", name, String.valueOf(other.pid())).start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        if (name.equals("-STOP")) {
            var stat = Path.of("/proc/" + other.pid() + "/stat");
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!Files.readString(stat).matches("(?s).*\\) [Tt] .*")) {
                assertThat(System.nanoTime()).as("stopped").isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }
}
