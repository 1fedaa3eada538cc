package org.taskcenter.call;

import java.util.HashMap;
import java.util.Map;
import org.taskcenter.task.Claim;

/** The memory for what long calls send, from before it is read until the call is done. One client gets a half of it at most. */
final class LongCalls {
    private final long most;
    private final InHand inHand;
    private final Map<String, Long> byClient = new HashMap<>();
    private long taken;

    /** @param inHand tells when a call is done */
    LongCalls(long most, InHand inHand) {
        this.most = most;
        this.inHand = inHand;
    }

    /** Takes memory for a call in hand that sends so many bytes, if there is any: whatever it sends where nobody has any. */
    boolean take(Claim claim, int bytes) {
        if (bytes <= CallDetails.SHORT) {
            return true;
        }
        String client = claim.client();
        if (!take(client, bytes)) {
            return false;
        }
        inHand.of(claim).atEnd(() -> giveBack(client, bytes));
        return true;
    }

    private synchronized boolean take(String client, int bytes) {
        long own = byClient.getOrDefault(client, 0L);
        if (taken > 0 && (taken + bytes > most || own + bytes > most / 2)) {
            return false;
        }
        taken += bytes;
        byClient.put(client, own + bytes);
        return true;
    }

    private synchronized void giveBack(String client, int bytes) {
        taken -= bytes;
        byClient.computeIfPresent(client, (name, own) -> own == bytes ? null : own - bytes);
    }
}
