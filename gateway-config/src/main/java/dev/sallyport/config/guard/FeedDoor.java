package dev.sallyport.config.guard;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A way to the feed. */
interface FeedDoor extends Closeable {
    /** Waits for someone; null for a stranger, who has been turned away. */
    @Nullable Reader accept() throws IOException;

    /** Someone who comes to read. */
    interface Reader extends Closeable {
        /** Makes sure of who it is, on a thread of its own, and gives the way to write. */
        OutputStream open() throws IOException;
    }
}
