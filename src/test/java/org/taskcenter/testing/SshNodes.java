package org.taskcenter.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Machines to log in to: real sshd processes, each with a loopback address ({@code 127.0.0.2} and on) and a host key of its own,
 * all on one port, for the user who runs the tests. They end with this JVM.
 *
 * <p>Each node has a folder. What runs on a node finds its path in the environment as {@code NODE_FOLDER}, and the node's name as
 * {@code NODE}: so a task can leave marks there, or look for some that a test has put there.
 */
public final class SshNodes implements AutoCloseable {
    private static final String USER = System.getProperty("user.name");
    private final Path folder;
    private final String sshd;
    private final int port;
    private final Map<String, Process> servers = new LinkedHashMap<>();

    private SshNodes(Path folder, int count) throws IOException {
        this.folder = folder.toRealPath();
        sshd = executable("sshd");
        List<String> names = IntStream.range(2, 2 + count)
                .mapToObj(last -> "127.0.0." + last)
                .toList();
        port = freePort(names);
        if ("root".equals(USER)) {
            Files.createDirectories(Path.of("/run/sshd")); // Debian's sshd wants it, and its service makes it
        }
        makeKey("client");
        names.forEach(name -> servers.put(name, null));
        for (String name : names) {
            prepare(name);
            start(name);
        }
        names.forEach(this::awaitUp);
    }

    /**
     * Starts so many, which all accept the key of {@link #key}.
     *
     * @param folder an empty folder for all they need
     */
    public static SshNodes start(Path folder, int count) throws IOException {
        return new SshNodes(folder, count);
    }

    public List<String> names() {
        return List.copyOf(servers.keySet());
    }

    /** Who to be there. */
    public String user() {
        return USER;
    }

    public int port() {
        return port;
    }

    /** A JSON object: the variables that Ansible needs to get there. */
    public String variables() {
        return "{\"ansible_port\":" + port + ",\"ansible_python_interpreter\":\"/usr/bin/python3\"}";
    }

    /** Makes the body of a run on nodes that are this machine one of a run over SSH. */
    public ObjectNode overSsh(ObjectNode run) {
        run.put("user", user()).withObject("/params").put("ansible_port", port).remove("ansible_connection");
        return run;
    }

    /** File of the private key that the nodes accept. */
    public Path key() {
        return folder.resolve("client");
    }

    /** The node's folder, {@code NODE_FOLDER} there. */
    public Path folder(String name) {
        return folder.resolve(name).resolve("files");
    }

    /** The node's public host key, as it stands in a known_hosts file. */
    public String knownHost(String name) throws IOException {
        return "[" + name + "]:" + port + " "
                + Files.readString(folder.resolve(name).resolve("host.pub"));
    }

    /** From now on the node accepts no key. */
    public void refuseKeys(String name) throws IOException {
        Files.writeString(folder.resolve(name).resolve("authorized"), "");
    }

    /** From now on the node accepts a key of its own and no other. Answers its private key. */
    public String useOwnKey(String name) throws IOException {
        String key = name + "/own";
        makeKey(key);
        Files.copy(
                folder.resolve(key + ".pub"),
                folder.resolve(name).resolve("authorized"),
                StandardCopyOption.REPLACE_EXISTING);
        return Files.readString(folder.resolve(key));
    }

    /** From now on the node has another host key. */
    public void changeHostKey(String name) throws IOException {
        stop(name);
        for (String file : List.of("host", "host.pub")) {
            Files.delete(folder.resolve(name).resolve(file));
        }
        makeKey(name + "/host");
        restart(name);
    }

    /** From now on everything that is started on the node waits first for as long as the answered file exists. */
    public Path hold(String name) throws IOException {
        Path hold = folder.resolve(name).resolve("hold");
        Files.writeString(hold, "");
        return hold;
    }

    /** Nobody listens at the node's address any more. */
    public void stop(String name) {
        Process server = servers.get(name);
        end(server);
    }

    /** Starts again what was stopped. */
    public void restart(String name) throws IOException {
        start(name);
        awaitUp(name);
    }

    @Override
    public void close() {
        servers.values().forEach(SshNodes::end);
    }

    private static void end(Process server) {
        try {
            server.destroyForcibly().waitFor();
            server.getOutputStream().close();
        } catch (IOException e) {
            // the shell of the leash has gone already
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void prepare(String name) throws IOException {
        Path own = Files.createDirectories(folder(name)).getParent();
        makeKey(name + "/host");
        Files.copy(folder.resolve("client.pub"), own.resolve("authorized"));
        Path login = Files.writeString(own.resolve("login"), """
                #!/bin/sh
                while [ -e '%s' ]; do sleep 0.1; done
                exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
                """.formatted(own.resolve("hold")));
        Files.writeString(own.resolve("config"), """
                ListenAddress %s:%d
                HostKey %s
                AuthorizedKeysFile %s
                SetEnv NODE=%s NODE_FOLDER=%s
                ForceCommand /bin/sh %s
                PidFile none
                StrictModes no
                UsePAM no
                UseDNS no
                PermitRootLogin prohibit-password
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                MaxStartups 100
                Subsystem sftp internal-sftp
                LogLevel VERBOSE
                """.formatted(
                        name, port, own.resolve("host"), own.resolve("authorized"), name, folder(name), login));
    }

    private void start(String name) throws IOException {
        Path own = folder.resolve(name);
        ProcessBuilder builder =
                new ProcessBuilder(sshd, "-D", "-e", "-f", own.resolve("config").toString());
        builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(own.resolve("log").toFile()));
        servers.put(name, Leash.start(builder));
    }

    private void awaitUp(String name) {
        Awaitility.await("sshd on " + name).atMost(30, TimeUnit.SECONDS).until(() -> {
            if (!servers.get(name).isAlive()) {
                throw new AssertionError(Files.readString(folder.resolve(name).resolve("log"), UTF_8));
            }
            return isListening(name);
        });
    }

    private boolean isListening(String name) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(name, port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void makeKey(String name) throws IOException {
        Path file = folder.resolve(name);
        Process process = new ProcessBuilder(
                        executable("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!Files.exists(file.resolveSibling(file.getFileName() + ".pub"))) {
            throw new IOException("ssh-keygen: " + said);
        }
    }

    /** A port that is free on all these addresses. */
    private static int freePort(List<String> names) throws IOException {
        for (int tries = 0; ; tries++) {
            List<ServerSocket> held = new ArrayList<>();
            try {
                held.add(new ServerSocket(0, 1, InetAddress.getByName(names.get(0))));
                int port = held.get(0).getLocalPort();
                for (String name : names.subList(1, names.size())) {
                    held.add(new ServerSocket(port, 1, InetAddress.getByName(name)));
                }
                return port;
            } catch (IOException e) {
                if (tries == 20) {
                    throw e;
                }
            } finally {
                for (ServerSocket each : held) {
                    each.close();
                }
            }
        }
    }

    /** sshd insists on its whole path, and lies where an ordinary user's PATH does not lead. */
    private static String executable(String name) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(each -> Path.of(each, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("this test needs " + name + " (openssh)"))
                .toString();
    }
}
