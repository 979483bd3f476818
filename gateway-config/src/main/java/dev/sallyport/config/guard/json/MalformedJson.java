package dev.sallyport.config.guard.json;

import java.io.IOException;

/** A text that is no JSON, or not the JSON that was expected. */
public final class MalformedJson extends IOException {
    MalformedJson(String message) {
        super(message);
    }
}
