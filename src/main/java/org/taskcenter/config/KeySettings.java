package org.taskcenter.config;

import java.util.Optional;

/**
 * The keys that secrets are stored under, each 32 bytes in base64.
 *
 * @param current what seals; empty: made at the first start and kept in the home
 * @param other what opens besides: an earlier key, or the next one
 */
public record KeySettings(Optional<Secret> current, Optional<Secret> other) {}
