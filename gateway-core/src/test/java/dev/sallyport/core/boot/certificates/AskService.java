package dev.sallyport.core.boot.certificates;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A service that knows which names may have a certificate. */
final class AskService implements AutoCloseable {
    final List<String> asked = new CopyOnWriteArrayList<>();
    final Set<String> names = ConcurrentHashMap.newKeySet();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private AskService(HttpServer server) {
        this.server = server;
    }

    static AskService start(String... names) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AskService service = new AskService(server);
        service.names.addAll(List.of(names));
        server.setExecutor(service.threads);
        server.createContext("/", service::answer);
        server.start();
        return service;
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/ask?key=1";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getQuery();
            asked.add(query);
            boolean isKnown =
                    names.stream().anyMatch(name -> query.contains("&domain=" + name + "&"))
                            || names.stream().anyMatch(name -> query.endsWith("&domain=" + name));
            exchange.sendResponseHeaders(isKnown ? 200 : 404, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
