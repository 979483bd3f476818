package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Written;

/** How the process uses the machine; read at start only. */
public record RuntimeSettings(
        @Doc("Event loops: a number, or auto for one a processor.") @Default("auto") Loops loops,
        @Doc("How sockets are driven.") @Default("auto") Transport transport) {

    /** How sockets are driven. */
    public enum Transport {
        @Doc("io_uring where the kernel allows it, else epoll, else NIO.")
        AUTO,
        @Named("io_uring")
        IO_URING,
        EPOLL,
        NIO
    }

    /**
     * A number of event loops.
     *
     * @param count how many, 0 for one a processor
     */
    @Written(as = "auto or a number", pattern = "^(auto|[1-9][0-9]{0,2})$")
    public record Loops(int count) {
        public static Loops parse(String text) {
            if (text.equals("auto")) {
                return new Loops(0);
            }
            if (!text.matches("[1-9][0-9]{0,2}")) {
                throw new InvalidValue(text, "auto or a number of 1..999");
            }
            return new Loops(Integer.parseInt(text));
        }

        @Override
        public String toString() {
            return count == 0 ? "auto" : Integer.toString(count);
        }
    }
}
