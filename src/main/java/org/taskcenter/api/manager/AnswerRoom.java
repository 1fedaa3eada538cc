package org.taskcenter.api.manager;

import java.time.Duration;
import org.taskcenter.push.Budget;

/** Memory for answers that list tasks: no more of them are made and sent at a time than there is memory for. */
public final class AnswerRoom {
    private static final long LONGEST = 8 << 20;
    private static final long LEAST = 1 << 20;

    /** So many answers of the longest kind have room at a time. */
    private static final long SHARES = 8;

    private final Budget budget;
    private final int longest;
    private final Duration patience;

    /**
     * @param memory how many bytes answers may take
     * @param patience how long an answer waits for others to be sent
     */
    public AnswerRoom(long memory, Duration patience) {
        this.budget = new Budget(memory);
        this.longest = (int) Math.max(LEAST, Math.min(LONGEST, memory / SHARES));
        this.patience = patience;
    }

    /** How long an answer to get_status or cancel_task may be, in bytes. */
    int longest() {
        return longest;
    }

    /** What an account's answer takes, from when it is asked for until it is sent. */
    Share share(String account) {
        return new Share(account);
    }

    /** What one answer takes. */
    final class Share {
        private final String account;
        private long taken;
        private boolean isOver;

        private Share(String account) {
            this.account = account;
        }

        /**
         * Takes more, as soon as there is room.
         *
         * @throws Refusal where there is none for too long: 503
         */
        void take(long bytes) throws Refusal {
            try {
                if (!budget.take(account, bytes, patience)) {
                    throw new Refusal(503, "the centre is busy with other long answers: ask again later");
                }
                taken += bytes;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refusal(503, "the centre is stopping: ask again later");
            }
        }

        /** Takes more if there is room now. */
        boolean tryTake(long bytes) {
            boolean isTaken = budget.take(account, bytes);
            taken += isTaken ? bytes : 0;
            return isTaken;
        }

        /** It is made: so much of what was taken is still needed, if that is less. */
        void keep(long bytes) {
            if (bytes < taken) {
                budget.giveBack(account, taken - bytes);
                taken = bytes;
            }
        }

        /** It is sent, or will not be. */
        synchronized void end() {
            if (!isOver) {
                isOver = true;
                keep(0);
            }
        }
    }
}
