package io.estat.etl.extract;

import io.estat.etl.source.Dialect;
import io.estat.etl.source.Source;
import io.estat.etl.source.SourceBehind;
import java.lang.reflect.InvocationHandler;

/** A database whose dialect has no way of its own to read rows: every cursor is a result set. */
record PlainSource(Source real) implements SourceBehind {
  @Override
  public Dialect dialect() {
    return BentSource.proxy(
        Dialect.class,
        (proxy, method, arguments) ->
            method.getName().equals("rows")
                ? InvocationHandler.invokeDefault(proxy, method, arguments)
                : BentSource.call(method, real.dialect(), arguments));
  }
}
