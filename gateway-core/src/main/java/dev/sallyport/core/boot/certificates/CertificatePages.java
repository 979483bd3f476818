package dev.sallyport.core.boot.certificates;

import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.json.Json;
import dev.sallyport.acme.manage.CertificateDesk;
import dev.sallyport.acme.manage.doctor.Doctor;
import dev.sallyport.acme.storage.History;
import dev.sallyport.core.boot.admin.AdminAnswer;
import dev.sallyport.core.boot.admin.AdminRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the admin interface answers about certificates that are obtained. */
public final class CertificatePages {
    private static final int HIGHEST_REASON = 10;

    private final @Nullable CertificateDesk desk;

    public CertificatePages(@Nullable CertificateDesk desk) {
        this.desk = desk;
    }

    public AdminAnswer read(AdminRequest request) {
        CertificateDesk present = desk;
        if (present == null) {
            return request.path().equals("/certs")
                    ? tree(Map.of("orders", false, "certificates", List.of()))
                    : none();
        }
        String name = request.query().getOrDefault("name", "");
        try {
            return switch (request.path()) {
                case "/certs" -> {
                    Map<String, Object> page = new LinkedHashMap<>();
                    page.put("orders", present.isOwner());
                    page.put("certificates", present.list());
                    yield tree(page);
                }
                case "/certs/plan" -> tree(plan(present));
                case "/certs/history" -> history(present.history(name), name);
                case "/certs/doctor" -> {
                    List<Map<String, Object>> checks = new Doctor(present).examine(name);
                    yield checks == null ? unknown(name) : tree(Map.of("checks", checks));
                }
                default -> {
                    Map<String, Object> found = present.show(name);
                    yield found == null ? unknown(name) : tree(found);
                }
            };
        } catch (IOException e) {
            return AdminAnswer.text(503, "storage: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return AdminAnswer.text(503, "interrupted");
        }
    }

    private static Map<String, Object> plan(CertificateDesk desk) throws IOException {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("plan", desk.plan());
        Map<String, Object> onDemand = desk.onDemand();
        if (onDemand != null) {
            page.put("on-demand", onDemand);
        }
        return page;
    }

    private static AdminAnswer history(@Nullable List<History.Event> events, String name) {
        if (events == null) {
            return unknown(name);
        }
        List<Map<String, Object>> list = new ArrayList<>();
        for (History.Event event : events) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("at", event.at().toString());
            entry.put("what", event.what());
            entry.put("authority", event.authority());
            entry.put("detail", event.detail());
            list.add(entry);
        }
        return tree(Map.of("history", list));
    }

    public AdminAnswer write(AdminRequest request) {
        CertificateDesk present = desk;
        if (present == null) {
            return none();
        }
        String name = request.query().getOrDefault("name", "");
        if (request.path().equals("/certs/renew")) {
            boolean isPastFuse = request.query().getOrDefault("past-fuse", "").equals("true");
            return present.renew(name, isPastFuse)
                    ? tree(Map.of("result", "asked"))
                    : unknown(name);
        }
        try {
            int reason = Integer.parseInt(request.query().getOrDefault("reason", "0"));
            if (reason < 0 || reason > HIGHEST_REASON) {
                return AdminAnswer.text(400, "reason: " + reason + " (expected: 0..10)");
            }
            return tree(Map.of("result", "revoked", "serial", present.revoke(name, reason)));
        } catch (NumberFormatException e) {
            return AdminAnswer.text(400, "reason: not a number (expected: 0..10)");
        } catch (IOException | CaException e) {
            return AdminAnswer.text(409, String.valueOf(e.getMessage()));
        }
    }

    private static AdminAnswer tree(Map<String, Object> tree) {
        return AdminAnswer.json(200, out -> Json.write(tree, out));
    }

    private static AdminAnswer none() {
        return AdminAnswer.text(404, "no certificates are obtained (expected: a section acme)");
    }

    private static AdminAnswer unknown(String name) {
        return AdminAnswer.text(
                404, name + ": not obtained here (expected: an id or a name of certs list)");
    }
}
