package io.estat.etl.domain;

/**
 * One column as the database's catalog describes it.
 *
 * @param type the database's own name of the type, without its arguments, as its dialect spells it:
 *     {@code NUMBER}, {@code TIMESTAMP WITH TIME ZONE}, {@code int8}, {@code text[]}
 * @param precision declared digits or length, or -1: none declared
 * @param scale declared digits after the point (of seconds, for times), or -1: none declared
 */
public record Column(String name, String type, int precision, int scale, boolean nullable) {}
