package org.taskcenter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyReaderTest {
    private final AtomicLong now = new AtomicLong();
    private final BodyReader reader = new BodyReader(now::get);
    private final BodyReader.Room room = length -> true;

    @ParameterizedTest
    @CsvSource({"0, 0", "5, 5", "5, -1", "100000, 100000", "100000, -1"})
    void readsWhatComes(int length, int announced) throws IOException {
        ArrivedBody body = reader.read(new ByteArrayInputStream(new byte[length]), announced, 100_000, room);

        assertThat(body.refusal()).isNull();
        assertThat(body.available()).isEqualTo(length);
        assertThat(body.readNBytes(length)).hasSize(length);
        assertThat(body.read()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"101, -1, 413", "99, 100, 400", "0, 1, 400"})
    void refusesTheRest(int length, int announced, int status) {
        ArrivedBody body = reader.read(new ByteArrayInputStream(new byte[length]), announced, 100, room);

        assertThat(body.refusal().status()).isEqualTo(status);
    }

    @Test
    void waitsForTheQuickOnly() {
        assertThat(reader.read(drops(Duration.ofMillis(10)), 1_000, 1_000, room).refusal())
                .isNull();
        assertThat(reader.read(drops(Duration.ofMillis(30)), 1_000, 1_000, room)
                        .refusal()
                        .status())
                .isEqualTo(408);
    }

    @Test
    void takesRoomBeforeItReads() {
        InputStream untouched = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("was read");
            }
        };

        assertThat(reader.read(untouched, 1_000_000, 1_000_000, length -> length != 1_000_000)
                        .refusal()
                        .status())
                .isEqualTo(503);
    }

    @Test
    void takesMoreRoomAsALengthThatWasNotToldGrows() {
        List<Integer> asked = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[1_000_000]);

        ArrivedBody body = reader.read(in, -1, 1_000_000, length -> {
            asked.add(length);
            return length < 200_000;
        });

        assertThat(body.refusal().status()).isEqualTo(503);
        assertThat(asked).isSorted();
        assertThat(1_000_000 - in.available()).isLessThan(200_000);
    }

    /** Brings one byte at a time. */
    private InputStream drops(Duration every) {
        return new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] to, int from, int most) throws IOException {
                now.addAndGet(every.toNanos());
                to[from] = 'x';
                return 1;
            }
        };
    }
}
