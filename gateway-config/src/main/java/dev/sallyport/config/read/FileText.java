package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files as text: bounded, UTF-8, nothing else. */
final class FileText {
    private static final int LARGEST = 8 << 20;

    private FileText() {}

    /** The text of a file without a byte order mark; null after a problem. */
    static @Nullable String read(Path file, Place from, String path, Problems problems) {
        var found = Problem.quote(file);
        if (Files.isDirectory(file)) {
            problems.add(
                    Problem.error(from, path, found, "a file; this is a folder")
                            .withHint(file.resolve("*.yaml").toString()));
            return null;
        }
        if (!Files.exists(file)) {
            problems.error(from, path, found, "a file that exists");
            return null;
        }
        try (var stream = Files.newInputStream(file)) {
            var bytes = stream.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                problems.error(from, path, found, "a file of at most 8MiB");
                return null;
            }
            for (byte b : bytes) {
                if (b == 0) {
                    problems.error(from, path, found, "a text file; this one holds NUL bytes");
                    return null;
                }
            }
            var text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException _) {
            problems.error(from, path, found, "a text file in UTF-8");
        } catch (AccessDeniedException _) {
            problems.error(
                    from, path, found + ": permission denied", "a file that this user may read");
        } catch (IOException e) {
            problems.error(
                    from,
                    path,
                    found + ": " + e.getClass().getSimpleName(),
                    "a file that can be read");
        }
        return null;
    }
}
