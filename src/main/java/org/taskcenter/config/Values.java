package org.taskcenter.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Single values by their key, each of a kind, with the defaults of the program where the source has none. */
final class Values {
    private static final BigDecimal LONGEST =
            BigDecimal.valueOf(Duration.ofDays(365).toSeconds());
    private final UnaryOperator<String> source;
    private final Properties defaults;

    Values(UnaryOperator<String> source) {
        this.source = source;
        this.defaults = defaults();
    }

    Optional<String> text(String key) {
        String given = source.apply(key);
        String value = given == null || given.isBlank() ? defaults.getProperty(Settings.property(key), "") : given;
        return value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    String word(String key) {
        return text(key).orElseThrow(() -> new IllegalStateException("no default: " + key));
    }

    long number(String key, long least, long most) {
        return parse(key, "a whole number from " + least + " to " + most, text -> {
            long number = Long.parseLong(text);
            if (number < least || number > most) {
                throw new IllegalArgumentException("out of range");
            }
            return number;
        });
    }

    /** Seconds, decimals allowed. */
    Duration seconds(String key) {
        return parse(key, "seconds, more than 0 (decimals such as 0.5 are allowed)", Values::duration);
    }

    /** One or more numbers of seconds, separated by commas. */
    List<Duration> manySeconds(String key) {
        return parse(
                key,
                "seconds, separated by commas, such as 5,30,120",
                text -> Stream.of(text.split(","))
                        .map(part -> duration(part.strip()))
                        .toList());
    }

    private static Duration duration(String text) {
        BigDecimal seconds = new BigDecimal(text);
        if (seconds.signum() <= 0 || seconds.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("out of range");
        }
        return Duration.ofNanos(seconds.movePointRight(9).longValue());
    }

    <T> T parse(String key, String expected, Function<String, T> reading) {
        String text = word(key);
        try {
            return reading.apply(text);
        } catch (IllegalArgumentException e) {
            throw new WrongSetting(key, text, expected);
        }
    }

    private static Properties defaults() {
        try (InputStream in = Values.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
