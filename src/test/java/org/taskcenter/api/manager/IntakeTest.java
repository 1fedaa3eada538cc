package org.taskcenter.api.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskcenter.api.BodyRoom;
import org.taskcenter.api.Refused;

class IntakeTest {
    private static final int MOST = Messages.LONGEST;

    private final AtomicReference<byte[]> handled = new AtomicReference<>();
    private final Function<byte[], Reply> handling = message -> {
        handled.set(message);
        return new Reply(200, message);
    };
    private final Intake intake = new Intake(new BodyRoom(0, Duration.ZERO));

    private static byte[] message(int length) {
        byte[] message = new byte[length];
        for (int i = 0; i < length; i += 1000) {
            message[i] = (byte) (i / 1000);
        }
        return message;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 70_000, MOST})
    void readsMessages(int length) {
        byte[] message = message(length);

        // More often than there is room for: what was taken is given back.
        for (int i = 0; i < 4; i++) {
            Reply reply = intake.take(new ByteArrayInputStream(message), length, handling);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(Arrays.equals(handled.get(), message)).isTrue();
        }
    }

    @Test
    void tellsWhyAMessageDoesNotCome() {
        assertThat(intake.take(new ByteArrayInputStream(new byte[0]), -1, handling)
                        .body())
                .isEmpty();
        InputStream refused = new InputStream() {
            @Override
            public int read() {
                throw new Refused(408, "too slow");
            }
        };
        assertThatThrownBy(() -> intake.take(refused, -1, handling)).isInstanceOf(Refused.class);
    }

    @Test
    void readsNothingOfAMessageThatSaysItIsTooLong() {
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[10]);

        assertThat(intake.take(in, MOST + 1L, handling).status()).isEqualTo(413);

        assertThat(in.available()).isEqualTo(10);
        assertThat(handled).hasNullValue();
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
