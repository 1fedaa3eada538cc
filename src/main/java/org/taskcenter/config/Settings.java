package org.taskcenter.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * What an operator can set, checked. The defaults and a line on each key stand in {@code META-INF/microprofile-config.properties}.
 *
 * @param bind address to listen on
 * @param port port to listen on
 * @param home folder for what is kept outside a database server
 * @param adminToken token of the first account, where the operator gives one
 * @param secretKeys what secrets are stored under
 * @param allowTargets addresses that may be called although they are loopback, private or link-local
 * @param trustedSources addresses from which the channel API may be used without a token
 * @param trustedProxies addresses of proxies whose X-Forwarded-For is believed
 * @param heartbeat time between two signs of life of a member
 * @param lease a member that has not been heard of for this long loses its work to the others
 * @param stopWork a member that has not managed a sign of life for this long stops working; shorter than the lease
 * @param drain how long work under way may go on after the stop was asked for
 * @param maxRunning calls under way at a time on one member
 * @param laneRunning calls under way at a time on one member to one target for one client
 * @param maxWaiting with this many tasks waiting, no more are accepted
 * @param push how results are pushed
 * @param pollInterval the time from one round of polling third-party platforms to the next
 * @param submitTimeout how long a third party may take to answer a submission
 * @param ansible how playbooks are run
 */
public record Settings(
        String bind,
        int port,
        Path home,
        DatabaseSettings database,
        Optional<Secret> adminToken,
        KeySettings secretKeys,
        List<Cidr> allowTargets,
        List<Cidr> trustedSources,
        List<Cidr> trustedProxies,
        Duration heartbeat,
        Duration lease,
        Duration stopWork,
        Duration drain,
        int maxRunning,
        int laneRunning,
        long maxWaiting,
        PushSettings push,
        Duration pollInterval,
        Duration submitTimeout,
        AnsibleSettings ansible) {

    /**
     * The settings of this process: environment, system properties and the other sources of MicroProfile Config.
     *
     * @throws WrongSetting at the first value that is not usable
     */
    public static Settings ofProcess() {
        Config config = ConfigProvider.getConfig(Settings.class.getClassLoader());
        return read(key -> config.getOptionalValue(property(key), String.class).orElse(null));
    }

    /**
     * Settings from anything that answers a key, such as {@code TASKCENTER_HTTP_PORT}, with its value; with null or blank where
     * the default shall hold.
     *
     * @throws WrongSetting at the first value that is not usable
     */
    public static Settings read(UnaryOperator<String> source) {
        return new Reader(new Values(source)).settings();
    }

    /** How a key is called in MicroProfile Config. */
    static String property(String key) {
        return key.toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
