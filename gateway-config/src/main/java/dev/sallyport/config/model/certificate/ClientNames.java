package dev.sallyport.config.model.certificate;

import dev.sallyport.config.model.value.InvalidValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Which clients are meant, by the names in their certificates; a * at the end of one stands for any
 * rest. None mean everybody.
 */
public final class ClientNames {
    private final List<String> whole = new ArrayList<>();
    private final List<String> beginnings = new ArrayList<>();

    private ClientNames(List<String> names) {
        for (String each : names) {
            if (each.endsWith("*")) {
                beginnings.add(each.substring(0, each.length() - 1));
            } else {
                whole.add(each);
            }
        }
    }

    /**
     * These.
     *
     * @throws InvalidValue when one is empty, a * alone, or has a * elsewhere
     */
    public static ClientNames of(List<String> names) {
        require(names);
        return new ClientNames(names);
    }

    /** Throws {@link InvalidValue} for the first that cannot be meant. */
    public static void require(List<String> names) {
        for (String name : names) {
            int star = name.indexOf('*');
            if (name.isEmpty() || name.equals("*") || (star >= 0 && star < name.length() - 1)) {
                throw new InvalidValue(name, "a name, or the beginning of one and a *");
            }
        }
    }

    /** Whether one of a client's own names is meant. */
    public boolean matches(List<String> own) {
        if (whole.isEmpty() && beginnings.isEmpty()) {
            return true;
        }
        for (int i = 0; i < own.size(); i++) {
            if (whole.contains(own.get(i)) || begins(own.get(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean begins(String name) {
        for (int i = 0; i < beginnings.size(); i++) {
            if (name.startsWith(beginnings.get(i))) {
                return true;
            }
        }
        return false;
    }
}
