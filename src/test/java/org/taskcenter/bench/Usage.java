package org.taskcenter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What processes have used, from /proc. */
final class Usage {

    private static final double MILLIS_A_TICK = 10; // USER_HZ is 100 on every Linux

    private Usage() {}

    /** CPU milliseconds of these processes and of the children they have buried. */
    static double cpuMillis(List<Long> pids) throws IOException {
        double sum = 0;
        for (long pid : pids) {
            sum += cpuMillis(pid);
        }
        return sum;
    }

    static double cpuMillis(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            // The name may hold anything, so fields are counted from its end: the first one after it is the third.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = 0;
            for (int field = 14; field <= 17; field++) { // utime, stime, cutime, cstime
                ticks += Long.parseLong(fields[field - 3]);
            }
            return ticks * MILLIS_A_TICK;
        } catch (NoSuchFileException e) {
            return 0; // it has ended meanwhile; its parent has its time
        }
    }

    /** Resident memory in MiB. */
    static double memory(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum()
                / 1024.0;
    }

    /** The load of the machine over the last minute. */
    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }
}
