package dev.sallyport.core.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.match.ServerNameTable.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who a hello is for. */
final class ServerNameTableTest {
    private static final List<String> WEB = List.of("h2", "http/1.1");
    private static final List<String> NONE = List.of();

    private static Entry<String> entry(String name, List<String> protocols, String payload) {
        return new Entry<>(HostPattern.parse(name), protocols, false, payload);
    }

    private static Entry<String> web(String name) {
        return new Entry<>(HostPattern.parse(name), WEB, true, "web");
    }

    private static void finds(
            ServerNameTable<String> table,
            @Nullable String name,
            List<String> offered,
            @Nullable String payload) {
        assertThat(table.find(name, offered)).as(name + " " + offered).isEqualTo(payload);
    }

    @Test
    void exactNamesComeBeforeWildcardsBeforeAny() {
        var table =
                ServerNameTable.of(
                        List.of(
                                entry("*", NONE, "any"),
                                entry("*.example.com", NONE, "wild"),
                                entry("a.example.com", NONE, "exact")));

        finds(table, "a.example.com", NONE, "exact");
        finds(table, "b.example.com", NONE, "wild");
        finds(table, "a.b.example.com", NONE, "any");
        finds(table, "example.com", NONE, "any");
        finds(table, null, NONE, "any");
    }

    @Test
    void protocolsDecideForOneName() {
        var table =
                ServerNameTable.of(
                        List.of(
                                entry("a.test", NONE, "rest"),
                                web("a.test"),
                                entry("a.test", List.of("pg"), "pg")));

        finds(table, "a.test", NONE, "web");
        finds(table, "a.test", List.of("h2"), "web");
        finds(table, "a.test", List.of("x", "pg", "h2"), "pg");
        finds(table, "a.test", List.of("x"), "rest");
    }

    @Test
    void whoseProtocolsDoNotFitLeavesTheHelloToOthers() {
        var table =
                ServerNameTable.of(
                        List.of(
                                web("a.test"),
                                entry("*.test", List.of("mqtt"), "mqtt"),
                                entry("*", List.of("pg"), "pg")));

        finds(table, "a.test", List.of("mqtt"), "mqtt");
        finds(table, "a.test", List.of("pg"), "pg");
        finds(table, "b.test", NONE, null);
        finds(table, null, List.of("pg"), "pg");
        finds(table, null, NONE, null);
    }

    @Test
    void nobodyIsFoundInAnEmptyTable() {
        finds(ServerNameTable.of(List.of()), "a.test", List.of("h2"), null);
    }

    @Test
    void refusesWhatItCannotHold() {
        assertThatThrownBy(() -> ServerNameTable.of(List.of(entry("**.test", NONE, "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("**.test");
    }
}
