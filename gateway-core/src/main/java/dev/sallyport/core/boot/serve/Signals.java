package dev.sallyport.core.boot.serve;

import java.lang.reflect.Proxy;
import java.util.Objects;

/**
 * The process's signals. The JDK has no other way to them than {@code sun.misc.Signal}, which is
 * exported for good but warned of by the compiler without a way to keep it quiet: so by reflection.
 */
final class Signals {
    private Signals() {}

    /** Told of a signal, on a thread of its own. */
    interface Handler {
        /**
         * A signal came.
         *
         * @param name without {@code SIG}
         */
        void on(String name, int number);
    }

    /** From now on {@code handler} is told of this signal, in place of the JVM. */
    static void handle(String name, Handler handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> receiver = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {receiver},
                            (_, _, arguments) -> {
                                // The JVM calls nothing but handle(Signal).
                                handler.on(name, number(signal, arguments[0]));
                                return null;
                            });
            signal.getMethod("handle", signal, receiver)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "signal " + name + ": cannot be handled (expected: sun.misc.Signal)", e);
        }
    }

    private static int number(Class<?> signal, Object came) throws ReflectiveOperationException {
        return (int) Objects.requireNonNull(signal.getMethod("getNumber").invoke(came));
    }
}
