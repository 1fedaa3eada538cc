package org.taskcenter.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Tokens as their owners know them. The centre keeps their hash alone. */
final class TokenText {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 48;
    private static final int LONGEST = 512;
    private static final String BEARER = "Bearer ";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of();

    private TokenText() {}

    /** A token nobody has. */
    static String make() {
        StringBuilder token = new StringBuilder("sk-");
        RANDOM.ints(LENGTH, 0, LETTERS.length()).forEach(i -> token.append(LETTERS.charAt(i)));
        return token.toString();
    }

    /** The SHA-256 of a token, in hex. Tokens are long and random, so nothing slower is needed. */
    static String hash(String token) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HEX.formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The token of an Authorization header, with the word Bearer before it or without; null where it has none. */
    static String of(String header) {
        if (header == null || header.length() > LONGEST) {
            return null;
        }
        boolean bearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        String token = (bearer ? header.substring(BEARER.length()) : header).strip();
        boolean isOther = !bearer && (token.equalsIgnoreCase("bearer") || token.contains(" "));
        return isOther || token.isEmpty() ? null : token;
    }
}
