package dev.sallyport.acme.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateDemand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class OnDemandGateTest {
    private static final String NAME = "a.shop.example.com";
    private static final String LIST = "names: \"*.shop.example.com\", per-minute: 1000";
    @TempDir Path folder;

    @Test
    void ordersOnceForAllWhoWait() throws Exception {
        try (var stand = GateStand.start(folder, LIST)) {
            for (int i = 0; i < 50; i++) {
                assertThat(stand.want(NAME)).isNotNull();
            }
            stand.await(() -> stand.count(Decision.JOINED) == 49);
            int before = stand.answered.get();
            stand.orders.issue(NAME);
            stand.await(() -> stand.answered.get() == 50);

            assertThat(before).isZero();
            assertThat(stand.orders.taken).containsExactly(NAME);
            assertThat(stand.gate.waiting()).isZero();
            assertThat(stand.gate.isOnDemand(List.of(NAME))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.other.example.com", // no route
                "a.b.shop.example.com", // two labels below the wildcard
                "shop.example.com",
                "a.more.example.com", // a route, but not in the list
                "192.0.2.1",
                "www.www.shop.example.com"
            })
    void refusesAtOnceWhatMayHaveNone(String name) throws Exception {
        try (var stand = GateStand.start(folder, LIST)) {
            assertThat(stand.want(name)).isNull();

            assertThat(stand.orders.taken).isEmpty();
            assertThat(stand.gate.size()).isZero();
        }
    }

    @Test
    void routeWithoutHostLeadsFromEveryNameThatIsAllowed() throws Exception {
        try (var service = new AskedService();
                var stand = GateStand.start(folder, "ask: \"" + service.address() + "\"")) {
            var any =
                    """
                    acme: {on-demand: {ask: "%s"}}
                    routes: {any: {respond: 200}}
                    listeners: {secure: {address: "127.0.0.1:0", tls: {}}}
                    """;
            stand.serve(any.formatted(service.address()));
            stand.want("customer.example.net");
            stand.await(() -> stand.orders.taken.contains("customer.example.net"));

            stand.serve(
                    any.formatted(service.address())
                            .replace("respond: 200", "listeners: plain, respond: 200")
                            .replace("{secure:", "{plain: {address: \"127.0.0.1:0\"}, secure:"));
            assertThat(stand.want("other.example.net")).isNull();
        }
    }

    @Test
    void asksOnceAndRemembersANo() throws Exception {
        try (var service = new AskedService();
                var stand = GateStand.start(folder, "ask: \"" + service.address() + "\"")) {
            service.status(404);
            stand.wantUntilAnswered(NAME);

            assertThat(stand.want(NAME)).isNull();
            assertThat(service.asked).containsExactly("domain=" + NAME + "&client_ip=192.0.2.1");
            assertThat(stand.orders.taken).isEmpty();
            assertThat(String.valueOf(stand.gate.tree())).contains("ask answered 404");

            stand.clock.advance(Duration.ofMinutes(2));
            service.status(200);
            stand.want(NAME);
            stand.await(() -> stand.orders.taken.contains(NAME));
            assertThat(service.asked).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 302, 403, 500, 503})
    void takesNothingBut200ForAYes(int status) throws Exception {
        try (var service = new AskedService();
                var stand = GateStand.start(folder, "ask: \"" + service.address() + "\"")) {
            service.status(status);
            stand.wantUntilAnswered(NAME);

            assertThat(stand.want(NAME)).isNull();
            assertThat(stand.orders.taken).isEmpty();
            assertThat(stand.count(status < 500 ? Decision.DENIED : Decision.UNANSWERED))
                    .isEqualTo(2);
        }
    }

    @Test
    void refusesWhatIsNotAnsweredInTime() throws Exception {
        try (var service = new AskedService();
                var stand =
                        GateStand.start(
                                folder, "ask: \"" + service.address() + "\", ask-timeout: 10ms")) {
            service.hold();
            stand.wantUntilAnswered(NAME);

            assertThat(stand.count(Decision.UNANSWERED)).isEqualTo(1);
            assertThat(stand.orders.taken).isEmpty();
        }
    }

    @Test
    void asksAboutFewNamesAtATime() throws Exception {
        try (var service = new AskedService();
                var stand =
                        GateStand.start(
                                folder, "ask: \"" + service.address() + "\", ask-timeout: 1m")) {
            var held = service.hold();
            for (int i = 0; i < 3 * Attendant.MOST_ASKED; i++) {
                stand.want("n" + i + ".shop.example.com", "192.0.2." + i);
            }
            stand.await(() -> stand.count(Decision.BUSY) == 2 * Attendant.MOST_ASKED);
            stand.await(() -> service.asked.size() == Attendant.MOST_ASKED);
            held.countDown();
            stand.await(() -> stand.orders.taken.size() == Attendant.MOST_ASKED);

            assertThat(service.asked).hasSize(Attendant.MOST_ASKED);
        }
    }

    @Test
    void asksAboutFewNamesOfOneNetworkInAMinute() throws Exception {
        try (var service = new AskedService();
                var stand = GateStand.start(folder, "ask: \"" + service.address() + "\"")) {
            service.status(404);
            for (int i = 0; i < Attendant.ASKED_BY_ONE + 5; i++) {
                stand.wantUntilAnswered("n" + i + ".shop.example.com");
            }
            stand.wantUntilAnswered("other.shop.example.com", "192.0.2.2");

            assertThat(stand.count(Decision.BUSY)).isEqualTo(5);
            assertThat(service.asked).hasSize(Attendant.ASKED_BY_ONE + 1);
        }
    }

    @Test
    void ordersSoManyNewNamesInAMinuteAndHalfForOneNetwork() throws Exception {
        try (var stand = GateStand.start(folder, "names: \"*.shop.example.com\", per-minute: 4")) {
            for (int i = 0; i < 4; i++) {
                stand.want("n" + i + ".shop.example.com");
            }
            stand.await(() -> stand.count(Decision.TOO_MANY_NEW) == 2);
            for (int i = 4; i < 8; i++) {
                stand.want("n" + i + ".shop.example.com", "2001:db8::" + i);
            }
            stand.await(() -> stand.count(Decision.TOO_MANY_NEW) == 4);
            assertThat(stand.orders.taken).hasSize(4);

            stand.clock.advance(Duration.ofMinutes(1));
            stand.want("n9.shop.example.com");
            stand.await(() -> stand.orders.taken.size() == 5);
        }
    }

    @Test
    void ordersSoManyNewNamesInAnHourAcrossRestarts() throws Exception {
        var settings = "names: \"*.shop.example.com\", per-hour: 3, per-minute: 2";
        var stand = GateStand.start(folder, settings);
        try {
            for (int i = 0; i < 3; i++) {
                stand.want("n" + i + ".shop.example.com");
                int expected = i + 1;
                var present = stand;
                stand.await(() -> present.orders.taken.size() == expected);
                stand.clock.advance(Duration.ofMinutes(2));
            }
            stand = stand.restart(settings);
            stand.wantUntilAnswered("n3.shop.example.com");
            assertThat(stand.count(Decision.TOO_MANY_NEW)).isEqualTo(1);

            stand.clock.advance(Duration.ofHours(1));
            stand.want("n3.shop.example.com");
            var present = stand;
            stand.await(() -> present.orders.taken.contains("n3.shop.example.com"));
        } finally {
            stand.close();
        }
    }

    @Test
    void hasNoMoreNamesThanItMay() throws Exception {
        try (var stand = GateStand.start(folder, LIST + ", most-names: 2")) {
            for (int i = 0; i < 2; i++) {
                stand.want("n" + i + ".shop.example.com");
            }
            stand.await(() -> stand.orders.taken.size() == 2);
            stand.wantUntilAnswered("n2.shop.example.com");

            assertThat(stand.count(Decision.FULL)).isEqualTo(1);
            assertThat(stand.orders.taken).hasSize(2);
        }
    }

    @Test
    void lingersForFewHandshakesOfOneNetwork() throws Exception {
        try (var stand = GateStand.start(folder, LIST)) {
            for (int i = 0; i < Attendant.MOST_OF_ONE + 3; i++) {
                stand.want(NAME, "2001:db8::" + i); // one /64
            }
            stand.await(() -> stand.answered.get() == 3);
            stand.want(NAME, "2001:db8:0:1::1");
            stand.await(() -> stand.gate.waiting() == Attendant.MOST_OF_ONE + 1);

            assertThat(stand.count(Decision.BUSY)).isEqualTo(3);
        }
    }

    @Test
    void holdsSoManyHandshakesInAllAndMoreWhenSomeLeave() throws Exception {
        try (var stand = GateStand.start(folder, LIST)) {
            var waiting = new ArrayList<CertificateDemand.Waiting>();
            for (int i = 0; i < OnDemandGate.MOST_WAITING; i++) {
                waiting.add(
                        Objects.requireNonNull(
                                stand.want(NAME, "10.0." + i / 200 + "." + i % 200)));
            }
            assertThat(stand.want(NAME, "198.51.100.1")).isNull();

            waiting.getFirst().leave();
            waiting.getFirst().leave(); // once is enough
            stand.await(() -> stand.gate.waiting() == OnDemandGate.MOST_WAITING - 1);
            assertThat(stand.want(NAME, "198.51.100.1")).isNotNull();
            assertThat(stand.answered).hasValue(0);
        }
    }

    @Test
    void refusesWhileAnotherProcessOrders() throws Exception {
        try (var stand = GateStand.start(folder, LIST)) {
            stand.orders.owner = false;
            stand.wantUntilAnswered(NAME);

            assertThat(stand.count(Decision.NOT_OWNER)).isEqualTo(1);
            assertThat(stand.gate.size()).isZero();
            assertThat(stand.orders.taken).isEmpty();
        }
    }

    @Test
    void takesNamesThatTheProcessThatOrdersFound() throws Exception {
        try (var owner = GateStand.start(folder, LIST);
                var other = GateStand.start(folder, LIST)) {
            other.orders.owner = false;
            owner.want(NAME);
            other.await(() -> other.orders.taken.contains(NAME));

            assertThat(other.gate.isOnDemand(List.of(NAME))).isTrue();
        }
    }

    @Test
    void releasesAllAndRemembersWhenTheOrderFails() throws Exception {
        try (var stand = GateStand.start(folder, LIST)) {
            stand.want(NAME);
            stand.want(NAME);
            stand.await(() -> stand.count(Decision.JOINED) == 1 && stand.orders.taken.size() == 1);
            stand.orders.failed.add(NAME);
            stand.gate.ended(List.of(NAME));
            stand.await(() -> stand.answered.get() == 2);

            assertThat(stand.want(NAME)).isNull();
            assertThat(stand.count(Decision.FAILED)).isEqualTo(2);
        }
    }

    @Test
    void keepsNamesAcrossRestartsAndLeavesThoseWithoutARoute() throws Exception {
        var stand = GateStand.start(folder, LIST);
        try {
            stand.want(NAME);
            var first = stand;
            stand.await(() -> first.orders.taken.contains(NAME));
            stand = stand.restart(LIST);

            assertThat(stand.gate.names()).containsExactly(NAME);
            var elsewhere =
                    "acme: {on-demand: {" + LIST + "}}\n" + GateStand.ROUTES.replace("*.shop", "x");
            assertThat(stand.serve(elsewhere)).isEmpty();
            var back = "acme: {on-demand: {" + LIST + "}}\n" + GateStand.ROUTES;
            assertThat(stand.serve(back)).containsExactly(NAME);
            assertThat(stand.serve(back, Set.of(NAME))).isEmpty(); // it has one anyway now
            assertThat(stand.serve(GateStand.ROUTES)).isEmpty();
            assertThat(stand.want("b.shop.example.com")).isNull();
        } finally {
            stand.close();
        }
    }

    @Test
    void ordersNothingThatCannotBeRemembered() throws Exception {
        try (var stand = GateStand.start(folder, LIST)) {
            Files.writeString(folder.resolve("acme"), "no folder");
            stand.wantUntilAnswered(NAME);

            assertThat(stand.count(Decision.STORAGE)).isEqualTo(1);
            assertThat(stand.orders.taken).isEmpty();
        }
    }

    @Test
    void asksAgainBeforeARenewal() throws Exception {
        try (var service = new AskedService();
                var stand = GateStand.start(folder, "ask: \"" + service.address() + "\"")) {
            stand.want(NAME);
            stand.await(() -> stand.orders.taken.contains(NAME));
            assertThat(stand.gate.held(List.of(NAME), false)).isNull();
            assertThat(service.asked).hasSize(1); // the yes of a moment ago

            stand.clock.advance(Duration.ofDays(1));
            assertThat(stand.gate.held(List.of(NAME), true)).isNull();
            assertThat(service.asked).hasSize(2);

            stand.clock.advance(Duration.ofDays(1));
            service.status(404);
            var held = stand.gate.held(List.of(NAME), true);
            assertThat(Objects.requireNonNull(held).reason())
                    .isEqualTo("ask answered 404 (expected: 200)");
            assertThat(held.until()).isAfter(stand.clock.instant());
            assertThat(stand.gate.held(List.of("static.example.com"), true)).isNull();
        }
    }

    @Test
    void doesNotRenewWhatNobodyUses() throws Exception {
        try (var stand = GateStand.start(folder, LIST + ", unused-after: 30d")) {
            stand.want(NAME);
            stand.await(() -> stand.orders.taken.contains(NAME));
            stand.orders.issue(NAME);
            stand.clock.advance(Duration.ofDays(29));
            stand.gate.used(NAME);
            stand.clock.advance(Duration.ofDays(29));
            assertThat(stand.gate.held(List.of(NAME), true)).isNull();

            stand.clock.advance(Duration.ofDays(2));
            assertThat(stand.gate.held(List.of(NAME), true)).isNotNull();
            stand.await(() -> stand.orders.dropped.contains(NAME));
            assertThat(stand.gate.size()).isZero();
        }
    }

    @Test
    void forgetsWhatNeverGotACertificate() throws Exception {
        try (var stand = GateStand.start(folder, LIST)) {
            stand.want(NAME);
            stand.await(() -> stand.orders.taken.contains(NAME));
            stand.clock.advance(Duration.ofDays(2));
            stand.gate.settled(); // an event, so that it looks
            stand.await(() -> stand.orders.dropped.contains(NAME));

            assertThat(stand.gate.size()).isZero();
        }
    }

    @Test
    void answersAllWhenItEnds() throws Exception {
        AtomicInteger answered;
        try (var stand = GateStand.start(folder, LIST)) {
            answered = stand.answered;
            stand.want(NAME);
            stand.await(() -> stand.orders.taken.contains(NAME));
        }
        assertThat(answered).hasValue(1);
    }
}
