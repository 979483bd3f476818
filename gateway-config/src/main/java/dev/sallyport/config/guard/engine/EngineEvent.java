package dev.sallyport.config.guard.engine;

import dev.sallyport.config.guard.json.JsonReader;
import java.io.IOException;

/**
 * Something that happened, as far as it matters.
 *
 * @param type such as {@code container}
 * @param action such as {@code kill}
 * @param id of what it happened to
 * @param signal of a kill; empty otherwise
 */
public record EngineEvent(String type, String action, String id, String signal) {
    /** Reads one object of the stream of events; attributes but the signal are passed over. */
    static EngineEvent read(JsonReader json) throws IOException {
        var type = "";
        var action = "";
        var id = "";
        var signal = "";
        json.beginObject();
        for (var name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "Type" -> type = json.scalar();
                case "Action" -> action = json.scalar();
                case "Actor" -> {
                    json.beginObject();
                    for (var part = json.nextName(); part != null; part = json.nextName()) {
                        switch (part) {
                            case "ID" -> id = json.scalar();
                            case "Attributes" -> signal = signal(json);
                            default -> json.skip();
                        }
                    }
                }
                default -> json.skip();
            }
        }
        return new EngineEvent(type, action, id, signal);
    }

    private static String signal(JsonReader json) throws IOException {
        var signal = "";
        if (!json.isObject()) {
            json.skip();
            return signal;
        }
        json.beginObject();
        for (var name = json.nextName(); name != null; name = json.nextName()) {
            if (name.equals("signal")) {
                signal = json.scalar();
            } else {
                json.skip();
            }
        }
        return signal;
    }

    boolean isOfContainer() {
        return type.equals("container");
    }

    /**
     * Whether a container was asked to stop, by whatever signal its image stops by. Signals that
     * servers reload by say nothing of an end.
     */
    public boolean asksToStop() {
        return isOfContainer()
                && action.equals("kill")
                && switch (signal) {
                    case "1", "10", "12", "SIGHUP", "SIGUSR1", "SIGUSR2", "HUP", "USR1", "USR2" ->
                            false;
                    default -> true;
                };
    }

    /** Whether a container's life ended or began, so that what was asked of it before is over. */
    public boolean endsLife() {
        return isOfContainer()
                && switch (action) {
                    case "die", "died", "start", "destroy", "remove", "cleanup" -> true;
                    default -> false;
                };
    }

    /** Whether it may be the first of changes on other nodes, which are not told. */
    public boolean isOfService() {
        return type.equals("service") || type.equals("node");
    }
}
