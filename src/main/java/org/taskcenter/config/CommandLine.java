package org.taskcenter.config;

import java.util.ArrayList;
import java.util.List;

/** Splits a command line into words as a shell does: blanks, single and double quotes, backslashes; nothing is expanded. */
final class CommandLine {
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private final String text;
    private boolean begun;
    private int next;

    private CommandLine(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where a quote is not closed or a backslash is the last character */
    static List<String> split(String text) {
        CommandLine line = new CommandLine(text);
        while (line.next < text.length()) {
            line.read(line.take());
        }
        line.endWord();
        return List.copyOf(line.words);
    }

    private void read(char c) {
        if (Character.isWhitespace(c)) {
            endWord();
            return;
        }
        begun = true;
        switch (c) {
            case '\'' -> single();
            case '"' -> quoted();
            case '\\' -> word.append(take());
            default -> word.append(c);
        }
    }

    private void single() {
        for (char c = take(); c != '\''; c = take()) {
            word.append(c);
        }
    }

    private void quoted() {
        for (char c = take(); c != '"'; c = take()) {
            if (c == '\\' && next < text.length() && "$`\"\\".indexOf(text.charAt(next)) >= 0) {
                c = take();
            }
            word.append(c);
        }
    }

    private char take() {
        if (next == text.length()) {
            throw new IllegalArgumentException("not closed");
        }
        return text.charAt(next++);
    }

    private void endWord() {
        if (begun) {
            words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
    }
}
