package dev.sallyport.core.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessWriterTest {
    @TempDir Path folder;

    private final AccessQueue queue = new AccessQueue(1 << 18);
    private long now;

    @Test
    void appendsToWhatIsInTheFile() throws IOException {
        Path file = folder.resolve("access.log");
        Files.writeString(file, "before\n");
        AccessWriter writer = writer(LogTarget.file(file));

        write(writer, 2);
        writer.close();

        assertThat(Files.readAllLines(file)).hasSize(3).first().isEqualTo("before");
        assertThat(writer.written()).isEqualTo(Files.size(file) - 7);
        assertThat(writer.lost()).isZero();
    }

    @Test
    void makesTheFileUnreadableForOthers() throws IOException {
        Path file = folder.resolve("access.log");

        LogTarget.file(file).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .endsWith("---");
    }

    @Test
    void opensAnewWithinASecondWhenTheFileWasMoved() throws IOException {
        Path file = folder.resolve("access.log");
        Path moved = folder.resolve("access.log.1");
        AccessWriter writer = writer(LogTarget.file(file));
        write(writer, 1);
        Files.move(file, moved);

        write(writer, 1);
        now += Duration.ofSeconds(1).toNanos();
        write(writer, 1);
        write(writer, 1);

        // The line that was waiting when the move was seen still belongs to the old file.
        assertThat(Files.readAllLines(moved)).hasSize(3);
        assertThat(Files.readAllLines(file)).hasSize(1);
        writer.close();
    }

    @Test
    void opensAnewWhenAsked() throws IOException {
        Path file = folder.resolve("access.log");
        AccessWriter writer = writer(LogTarget.file(file));
        write(writer, 1);
        Files.delete(file);

        writer.reopen();
        write(writer, 0);
        write(writer, 1);

        assertThat(Files.readAllLines(file)).hasSize(1);
        writer.close();
    }

    @Test
    void goesOnInTheOldFileWhileItCannotBeOpenedAnew() throws IOException {
        Path logs = Files.createDirectory(folder.resolve("logs"));
        AccessWriter writer = writer(LogTarget.file(logs.resolve("access.log")));
        Path moved = Files.move(logs, folder.resolve("moved"));

        now += Duration.ofSeconds(1).toNanos();
        write(writer, 1);
        write(writer, 1);

        assertThat(Files.readAllLines(moved.resolve("access.log"))).hasSize(2);
        assertThat(writer.lost()).isZero();
        writer.close();
    }

    @Test
    void countsWhatAFullDiskDoesNotTake() throws IOException {
        AccessWriter writer = writer(LogTarget.file(Path.of("/dev/full")));

        write(writer, 3);
        write(writer, 2);
        writer.close();

        assertThat(writer.lost()).isEqualTo(5);
        assertThat(writer.written()).isZero();
    }

    @Test
    void endsAHalfLineBeforeGoingOnWhenThereIsRoomAgain() throws IOException {
        FillingChannel disk = new FillingChannel();
        AccessWriter writer = writer(LogTarget.channel(disk));
        int line = Samples.lineBytes(AccessFormat.JSON, Samples.full()).length;
        disk.room = line + 10;

        write(writer, 3);
        disk.room = Integer.MAX_VALUE;
        write(writer, 1);

        String text = disk.taken.toString(StandardCharsets.UTF_8);
        assertThat(writer.lost()).isEqualTo(2);
        assertThat(text.lines()).hasSize(3);
        assertThat(text.lines().filter(each -> each.endsWith("}"))).hasSize(2);
        assertThat(text).endsWith("}\n");
    }

    @Test
    void writesManyLinesAtOnce() throws IOException {
        FillingChannel disk = new FillingChannel();
        disk.room = Integer.MAX_VALUE;
        AccessWriter writer = writer(LogTarget.channel(disk));

        write(writer, 400);

        assertThat(disk.taken.toString(StandardCharsets.UTF_8).lines()).hasSize(400);
        assertThat(disk.writes).isEqualTo(disk.taken.size() / LineBuffer.FULL + 1);
    }

    private AccessWriter writer(LogTarget target) {
        return new AccessWriter(AccessFormat.JSON, target, () -> now);
    }

    private void write(AccessWriter writer, int records) {
        for (int i = 0; i < records; i++) {
            assertThat(queue.offer(Samples.full())).isTrue();
        }
        queue.drain(writer);
        writer.flush();
    }

    /** A disk with so much room and no more. */
    private static final class FillingChannel implements WritableByteChannel {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        int room;
        int writes;

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            writes++;
            if (room == 0) {
                throw new IOException("No space left on device");
            }
            byte[] some = new byte[Math.min(room, bytes.remaining())];
            bytes.get(some);
            taken.writeBytes(some);
            room -= some.length;
            return some.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
