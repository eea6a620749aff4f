package io.estat.etl.domain;

import java.time.ZoneId;

/**
 * When a transport runs by itself.
 *
 * @param expression cron of 5 fields, of 6 with seconds first, or {@code @daily} and the like; that
 *     it can be read and fires is checked where schedules are computed
 * @param timezone the zone whose local times the expression names
 */
public record Schedule(String expression, ZoneId timezone) {}
