package org.taskcenter.config;

/** A setting that nothing can be started with. Its message is one line: the key, the value unless it is secret, what is expected. */
public final class WrongSetting extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param value a word in brackets where it is secret
     * @param expected what it has to be, as the end of a sentence
     */
    public WrongSetting(String key, String value, String expected) {
        super(key + "=" + oneLine(value) + ": expected " + expected);
    }

    private static String oneLine(String value) {
        return value.replaceAll("\\p{Cntrl}", "?");
    }
}
