package dev.sallyport.core.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.command.RealCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** That a real engine goes past a real UFW, and no more once it asks ours. */
@Isolated
@Timeout(300)
final class DockerUfwIT {
    private static final String EDGE = Lan.HOST + ":8443";
    private static final String EDGE6 = "[" + Lan.HOST6 + "]:8443";
    private static final String FAULT = Lan.HOST + ":8081";
    private static final String LATER = Lan.HOST + ":8083";

    @TempDir private Path folder;

    @Test
    void closesWhatUfwDoesNotSee() throws Exception {
        try (DockerEngine engine = DockerEngine.start(folder);
                Lan lan = Lan.beside(engine)) {
            engine.importWeb();
            engine.web("edge", "-p", "8443:8080");
            engine.web("app", "-p", "8081:8080");
            Ufw ufw = Ufw.on(engine, folder);
            ufw.ufw("allow", "8443/tcp");
            ufw.ufw("--force", "enable");

            assertThat(ufw.ufw("status", "verbose")).contains("deny (incoming)");
            assertThat(lan.comesToReach(FAULT)).isTrue();
            assertThat(run(ufw, "audit", "--engine", at(engine)))
                    .contains("container app SP-D105 high");

            ufw.append("after.rules", run(ufw, "firewall", "--ufw", "--engine", at(engine)));
            ufw.append(
                    "after6.rules",
                    run(ufw, "firewall", "--ufw", "--ipv6", "--engine", at(engine)));
            ufw.ufw("reload");

            assertThat(lan.comesToReach(EDGE)).isTrue();
            assertThat(lan.comesToReach(EDGE6)).isTrue();
            assertThat(lan.reaches(FAULT)).isFalse();
            assertThat(run(ufw, "audit", "--engine", at(engine))).doesNotContain("SP-D105");

            engine.web("later", "-p", "8083:8080");
            engine.restart();
            engine.docker("start", "edge", "app", "later");
            ufw.ufw("reload");
            assertThat(lan.comesToReach(EDGE)).isTrue();
            assertThat(lan.reaches(FAULT)).isFalse();
            assertThat(lan.reaches(LATER)).isFalse();
        }
    }

    private static String at(RealEngine engine) {
        return "unix://" + engine.socket();
    }

    private String run(Ufw ufw, String... words) throws Exception {
        List<String> line = new ArrayList<>(RealCommand.line());
        line.addAll(List.of(words));
        line.addAll(List.of("--edge", "edge"));
        return RealCommand.program(folder, ufw.inside(line)).finish().out();
    }
}
