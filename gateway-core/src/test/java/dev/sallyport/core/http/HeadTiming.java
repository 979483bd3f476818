package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Prints nanoseconds of processor time for a parse and a rewrite; run by hand, asserts nothing. */
final class HeadTiming {
    private static final String SMALL =
            "GET /s HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: wrk/4.2.0\r\nAccept: */*\r\nX-A: 12345678\r\n\r\n";
    private static final String BROWSER =
            """
            GET /assets/app/main.css?v=20261123 HTTP/1.1
            Host: app.example.com
            Connection: keep-alive
            sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"
            sec-ch-ua-mobile: ?0
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36
            Accept: text/css,*/*;q=0.1
            Sec-Fetch-Site: same-origin
            Sec-Fetch-Mode: no-cors
            Referer: https://app.example.com/
            Accept-Encoding: gzip, deflate, br, zstd
            Accept-Language: en-US,en;q=0.9
            Cookie: session=0123456789abcdef0123456789abcdef

            """;
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nServer: origin\r\nDate: Mon, 23 Nov 2026 21:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 128\r\n\r\n";
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 2_000_000;

    private HeadTiming() {}

    static void main() {
        for (int pass = 0; pass < 4; pass++) {
            request("small", SMALL);
            request("browser", BROWSER.replace("\n", "\r\n"));
            response();
        }
    }

    private static void request(String name, String text) {
        ByteBuf in = Unpooled.directBuffer().writeBytes(text.getBytes(ISO_8859_1));
        ByteBuf out = Unpooled.directBuffer(4096);
        var head = new RequestHead();
        var writer = new HeadWriter();
        long start = CLOCK.getCurrentThreadCpuTime();
        for (int i = 0; i < ROUNDS; i++) {
            in.readerIndex(0);
            head.reset();
            head.feed(in, HeadLimits.DEFAULT);
        }
        long parsed = CLOCK.getCurrentThreadCpuTime();
        for (int i = 0; i < ROUNDS; i++) {
            writer.start().fields(head.fields()).end().writeTo(out.clear());
        }
        long written = CLOCK.getCurrentThreadCpuTime();
        print(name, text.length(), parsed - start, written - parsed);
        in.release();
        out.release();
    }

    private static void response() {
        ByteBuf in = Unpooled.directBuffer().writeBytes(ANSWER.getBytes(ISO_8859_1));
        var head = new ResponseHead();
        long start = CLOCK.getCurrentThreadCpuTime();
        for (int i = 0; i < ROUNDS; i++) {
            in.readerIndex(0);
            head.reset();
            head.feed(in, HeadLimits.DEFAULT, Method.GET);
        }
        print("response", ANSWER.length(), CLOCK.getCurrentThreadCpuTime() - start, 0);
        in.release();
    }

    private static void print(String name, int bytes, long parse, long write) {
        System.out.printf(
                "%-9s %4d bytes: parse %5.1f ns, write %5.1f ns%n",
                name, bytes, (double) parse / ROUNDS, (double) write / ROUNDS);
    }
}
