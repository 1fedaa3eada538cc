package org.taskcenter.gate;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/** A DNS server over UDP that can change its mind, and a client of it. */
final class DnsServer implements Closeable {
    private static final int A = 1;
    private static final int AAAA = 28;

    private final DatagramSocket socket;
    private final Map<String, List<List<String>>> zone = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();

    private DnsServer() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(this::serve, "dns");
        thread.setDaemon(true);
        thread.start();
    }

    static DnsServer start() {
        try {
            return new DnsServer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What it answers for a name: the first time, the second, and from the last on always the same; several addresses
     * with blanks between them.
     */
    void put(String name, String... answers) {
        zone.put(
                name,
                Arrays.stream(answers).map(all -> List.of(all.split(" +"))).toList());
    }

    /** How often it was asked for the name's IPv4 addresses. */
    int asked(String name) {
        return asked.getOrDefault(name + A, new AtomicInteger()).get();
    }

    /** Every name that it was asked for. */
    List<String> questions() {
        return questions;
    }

    /** Asks it, as a resolver does. */
    InetAddress[] addresses(String host) throws UnknownHostException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
        environment.put("java.naming.provider.url", "dns://127.0.0.1:" + socket.getLocalPort());
        try {
            DirContext client = new InitialDirContext(environment);
            try {
                List<InetAddress> addresses = new ArrayList<>();
                for (String type : List.of("A", "AAAA")) {
                    Attribute found =
                            client.getAttributes(host, new String[] {type}).get(type);
                    NamingEnumeration<?> all = found == null ? null : found.getAll();
                    while (all != null && all.hasMore()) {
                        addresses.add(InetAddress.getByName(all.next().toString()));
                    }
                }
                return addresses.toArray(InetAddress[]::new);
            } finally {
                client.close();
            }
        } catch (NameNotFoundException e) {
            throw new UnknownHostException(host);
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        try {
            while (true) {
                packet.setLength(2_048);
                socket.receive(packet);
                byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (SocketException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** RFC 1035, 4.1: the question comes back, with the addresses of its name behind it. */
    private byte[] answer(byte[] query) throws IOException {
        StringBuilder name = new StringBuilder();
        int at = 12;
        for (int length = query[at]; length > 0; length = query[at]) {
            name.append(name.length() == 0 ? "" : ".")
                    .append(new String(query, at + 1, length, StandardCharsets.US_ASCII));
            at += length + 1;
        }
        int type = query[at + 2];
        int end = at + 5;
        List<byte[]> addresses = addresses(name.toString().toLowerCase(Locale.ROOT), type);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(query, 0, 2);
        out.writeShort(addresses == null ? 0x8583 : 0x8580); // an answer with authority; 3: no such name
        out.writeShort(1);
        out.writeShort(addresses == null ? 0 : addresses.size());
        out.writeInt(0);
        out.write(query, 12, end - 12);
        for (byte[] address : addresses == null ? List.<byte[]>of() : addresses) {
            out.writeShort(0xC00C); // the name of the question
            out.writeShort(type);
            out.writeShort(1);
            out.writeInt(0); // not to be kept
            out.writeShort(address.length);
            out.write(address);
        }
        return bytes.toByteArray();
    }

    /** Null where there is no such name. */
    private List<byte[]> addresses(String name, int type) throws UnknownHostException {
        questions.add(name);
        int time = asked.computeIfAbsent(name + type, n -> new AtomicInteger()).getAndIncrement();
        List<List<String>> answers = zone.get(name);
        if (answers == null) {
            return null;
        }
        List<byte[]> addresses = new ArrayList<>();
        for (String address : answers.get(Math.min(time, answers.size() - 1))) {
            boolean fits = address.contains(":") ? type == AAAA : type == A;
            if (fits) {
                addresses.add(bytes(address));
            }
        }
        return addresses;
    }

    /** An IPv4 address in IPv6 stays one: the platform's own reader makes IPv4 of it. */
    private static byte[] bytes(String address) throws UnknownHostException {
        byte[] read = InetAddress.getByName(address).getAddress();
        if (!address.contains(":") || read.length == 16) {
            return read;
        }
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(read, 0, mapped, 12, 4);
        return mapped;
    }

    @Override
    public void close() {
        socket.close();
    }
}
