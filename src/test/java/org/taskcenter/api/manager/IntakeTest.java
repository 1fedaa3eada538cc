package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeTest {
    private static final int MOST = Messages.LONGEST;

    private final AtomicReference<byte[]> handled = new AtomicReference<>();
    private final Function<byte[], Reply> handling = message -> {
        handled.set(message);
        return new Reply(200, message);
    };
    private final Intake intake = new Intake(0, Duration.ZERO);

    private static byte[] message(int length) {
        byte[] message = new byte[length];
        for (int i = 0; i < length; i += 1000) {
            message[i] = (byte) (i / 1000);
        }
        return message;
    }

    @ParameterizedTest
    @CsvSource({
        "0,true",
        "1,true",
        "70000,true",
        "16777216,true",
        "0,false",
        "65535,false",
        "65536,false",
        "65537,false",
        "16777216,false"
    })
    void readsMessages(int length, boolean isTold) {
        byte[] message = message(length);

        // Twice: what was taken is given back.
        for (int i = 0; i < 2; i++) {
            Reply reply = intake.take(new ByteArrayInputStream(message), isTold ? length : -1, handling);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(Arrays.equals(handled.get(), message)).isTrue();
        }
    }

    @Test
    void readsNothingOfAMessageThatSaysItIsTooLong() {
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[10]);

        assertThat(intake.take(in, MOST + 1L, handling).status()).isEqualTo(413);

        assertThat(in.available()).isEqualTo(10);
        assertThat(handled).hasNullValue();
    }

    @Test
    void readsNoMoreThanTheLongestOfAMessageThatDoesNotEnd() {
        InputStream endless = new InputStream() {
            long read;

            @Override
            public int read() {
                if (++read > MOST + 1L) {
                    throw new AssertionError("reads on and on");
                }
                return ' ';
            }
        };

        assertThat(intake.take(endless, -1, handling).status()).isEqualTo(413);
        assertThat(handled).hasNullValue();
        assertThat(intake.take(new ByteArrayInputStream(message(MOST)), -1, handling)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void tellsAMessageThatBrokeOff() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("reset");
            }
        };

        assertThat(intake.take(broken, 5, handling).status()).isEqualTo(400);
        assertThat(intake.take(broken, -1, handling).status()).isEqualTo(400);
    }

    @Test
    void refusesWhatThereIsNoRoomFor() {
        AtomicReference<Reply> second = new AtomicReference<>();

        intake.take(new ByteArrayInputStream(message(MOST)), MOST, first -> {
            second.set(intake.take(new ByteArrayInputStream(first), MOST, handling));
            return new Reply(200, first);
        });

        assertThat(second.get().status()).isEqualTo(503);
    }
}
