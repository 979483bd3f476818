package dev.sallyport.acme.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    @TempDir Path parent;

    @Test
    void keepsWhatIsWritten() throws IOException {
        var path = parent.resolve("a").resolve("state");
        try (var folder = StateFolder.open(path)) {
            assertThat(folder.problem()).isNull();
            folder.write("ca.key", bytes("secret"), StateFolder.Access.OWNER);
            folder.write("ca.pem", bytes("old"), StateFolder.Access.EVERYBODY);
            folder.write("ca.pem", bytes("open"), StateFolder.Access.EVERYBODY);
        }

        try (var again = StateFolder.open(path)) {
            assertThat(again.read("ca.key")).isEqualTo(bytes("secret"));
            assertThat(again.read("ca.pem")).isEqualTo(bytes("open"));
            assertThat(again.read("other")).isNull();
            assertThat(again.pathOf("ca.pem")).isEqualTo(path.resolve("ca.pem"));
        }
        assertThat(permissions(path)).isEqualTo("rwx------");
        assertThat(permissions(path.resolve("ca.key"))).isEqualTo("rw-------");
        assertThat(permissions(path.resolve("ca.pem"))).isEqualTo("rw-r--r--");
        try (var names = Files.list(path)) {
            assertThat(names.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("ca.key", "ca.pem", "lock");
        }
    }

    @Test
    void removesWhatACrashLeftBehind() throws IOException {
        Files.writeString(parent.resolve("ca.pem.new"), "half");
        try (var folder = StateFolder.open(parent)) {
            folder.write("ca.pem", bytes("whole"), StateFolder.Access.EVERYBODY);
        }

        assertThat(parent.resolve("ca.pem.new")).doesNotExist();
        assertThat(parent.resolve("ca.pem")).hasContent("whole");
    }

    @Test
    void secondOpeningInOneProcessReadsButDoesNotKeepAndLeavesTheLock() throws Exception {
        try (var first = StateFolder.open(parent)) {
            first.write("ca.pem", bytes("first"), StateFolder.Access.EVERYBODY);
            try (var second = StateFolder.open(parent)) {
                assertThat(second.problem()).contains("open already in this process");
                assertThat(second.read("ca.pem")).isEqualTo(bytes("first"));
                second.write("ca.pem", bytes("second"), StateFolder.Access.EVERYBODY);
                assertThat(second.read("ca.pem")).isEqualTo(bytes("second"));
                assertThat(second.pathOf("ca.pem")).isNull();
            }
            assertThat(parent.resolve("ca.pem")).hasContent("first");
            assertThat(lockFromAnotherProcess()).isEqualTo("refused");
        }
        assertThat(lockFromAnotherProcess()).isEqualTo("granted");
    }

    @Test
    void folderOwnedByAnotherProcessIsReadOnly() throws Exception {
        Files.writeString(parent.resolve("ca.pem"), "theirs");
        var owner =
                new ProcessBuilder(
                                "python3",
                                "-c",
                                "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.lockf(f,fcntl.LOCK_EX);"
                                        + " print('held',flush=True); sys.stdin.read()",
                                parent.resolve("lock").toString())
                        .start();
        try {
            assertThat(owner.inputReader().readLine()).isEqualTo("held");

            try (var folder = StateFolder.open(parent)) {
                assertThat(folder.problem()).contains("owned by another process");
                assertThat(folder.read("ca.pem")).isEqualTo(bytes("theirs"));
                folder.write("ca.pem", bytes("ours"), StateFolder.Access.EVERYBODY);
                assertThat(folder.read("ca.pem")).isEqualTo(bytes("ours"));
            }
            assertThat(parent.resolve("ca.pem")).hasContent("theirs");
        } finally {
            owner.destroy();
            owner.waitFor(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void whereNoFolderCanBeStateIsKeptInMemory() throws IOException {
        var blocked = Files.writeString(parent.resolve("file"), "not a folder").resolve("state");

        try (var folder = StateFolder.open(blocked)) {
            assertThat(folder.problem()).contains("cannot be written, nothing is kept");
            folder.write("ca.pem", bytes("text"), StateFolder.Access.EVERYBODY);
            assertThat(folder.pathOf("ca.pem")).isNull();
        }
    }

    @Test
    void memoryForgetsWithTheProcess() throws IOException {
        try (var folder = StateFolder.inMemory()) {
            folder.write("a", bytes("x"), StateFolder.Access.OWNER);

            assertThat(folder.read("a")).isEqualTo(bytes("x"));
            assertThat(folder.read("b")).isNull();
            assertThat(folder.problem()).isEqualTo("no folder, nothing is kept");
        }
    }

    @Test
    void namesCannotLeaveTheFolder() throws IOException {
        try (var folder = StateFolder.open(parent)) {
            for (var name : new String[] {"../x", "a/b", "", ".x", "lock", "owner", "A"}) {
                assertThatThrownBy(() -> folder.write(name, bytes("x"), StateFolder.Access.OWNER))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    private String lockFromAnotherProcess() throws Exception {
        var process =
                new ProcessBuilder(
                                "python3",
                                "-c",
                                "import fcntl,sys\nf=open(sys.argv[1],'r+')\ntry:\n fcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB);"
                                        + " print('granted')\nexcept OSError: print('refused')",
                                parent.resolve("lock").toString())
                        .start();
        return process.inputReader().readLine();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
