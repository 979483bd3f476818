package dev.sallyport.config.model.value;

/** Port numbers as text. */
final class Ports {
    private Ports() {}

    /** The port of a text of 1 to 5 digits without leading zeros, or -1. */
    static int find(String text) {
        if (!text.matches("0|[1-9][0-9]{0,4}")) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port <= 65_535 ? port : -1;
    }
}
