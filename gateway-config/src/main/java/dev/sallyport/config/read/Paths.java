package dev.sallyport.config.read;

/** Paths of settings: {@code routes.web.filters[0].rate-limit.rate}. */
final class Paths {
    private Paths() {}

    static String under(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    static String item(String path, int index) {
        return path + "[" + index + "]";
    }
}
