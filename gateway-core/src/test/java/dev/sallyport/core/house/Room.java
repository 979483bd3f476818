package dev.sallyport.core.house;

import java.util.List;

/**
 * One line of the house's table.
 *
 * @param name module and package, for example {@code core.http}
 * @param floor how high it stands; a room touches only what is on lower floors
 * @param loop whether event loops run in it
 * @param touches rooms, and packages of libraries, that it may use beside the JDK
 */
record Room(String name, int floor, boolean loop, List<String> touches) {
    Room {
        touches = List.copyOf(touches);
    }

    static Room of(String name, int floor, String... touches) {
        return new Room(name, floor, false, List.of(touches));
    }

    static Room onLoop(String name, int floor, String... touches) {
        return new Room(name, floor, true, List.of(touches));
    }
}
