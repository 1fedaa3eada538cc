import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hands in a task, receives its result and verifies the signature; nothing but the JDK: {@code java Client.java}.
 *
 * <p>CENTRE: http://127.0.0.1:8080, TOKEN: sk-..., SECRET: whsec_..., FROM: a name that the account may use, TARGET: what
 * to call, HOST: where the centre reaches us
 */
public class Client {
    private static final byte[] KEY =
            Base64.getDecoder().decode(System.getenv("SECRET").substring("whsec_".length()));
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
    private static final CountDownLatch RECEIVED = new CountDownLatch(1);

    public static void main(String[] arguments) throws Exception {
        String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
        HttpServer receiver = HttpServer.create(new InetSocketAddress(host, 0), 0);
        receiver.createContext("/results", Client::receive);
        receiver.start();
        add("http://" + host + ":" + receiver.getAddress().getPort() + "/results");
        RECEIVED.await();
        receiver.stop(0);
    }

    private static void add(String returnPath) throws Exception {
        String message = """
                {"message_type": "add_task",
                 "parameters": {"from": "%s", "id": "%s", "type": "MP-API",
                                "task": {"url": "%s", "method": "GET"}, "return_path": "%s"}}"""
                .formatted(System.getenv("FROM"), UUID.randomUUID(), System.getenv("TARGET"), returnPath);
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("CENTRE") + "/manager"))
                .header("Authorization", "Bearer " + System.getenv("TOKEN"))
                .POST(HttpRequest.BodyPublishers.ofString(message))
                .build();
        System.out.println(HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private static void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String id = exchange.getRequestHeaders().getFirst("webhook-id");
        boolean genuine = isGenuine(
                id,
                exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                exchange.getRequestHeaders().getFirst("webhook-signature"),
                body);
        exchange.sendResponseHeaders(genuine ? 204 : 400, -1);
        exchange.close();
        // The same result may come more than once, under the same id.
        if (genuine && SEEN.add(id)) {
            System.out.println("verified " + new String(body, StandardCharsets.UTF_8));
            RECEIVED.countDown();
        }
    }

    private static boolean isGenuine(String id, String timestamp, String signatures, byte[] body) throws IOException {
        if (id == null || timestamp == null || signatures == null) {
            return false;
        }
        if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > 300) {
            return false;
        }
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.write((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        signed.write(body);
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(hmac(signed.toByteArray())))
                .getBytes(StandardCharsets.UTF_8);
        // While a secret is being replaced there are two signatures, and one of them fits.
        for (String signature : signatures.split(" ")) {
            if (MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] hmac(byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            return mac.doFinal(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
