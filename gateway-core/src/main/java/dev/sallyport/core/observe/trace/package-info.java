/**
 * Traces: the W3C trace context of a request, new ids, and the export of spans made from access
 * records.
 *
 * <p>Runs on: event loops in {@code TraceContext} and {@code TraceIds}; {@code SpanExport} on the
 * thread of the access log.
 *
 * <p>May touch: JDK, observe.log, the OpenTelemetry SDK and its OTLP exporter.
 *
 * <p>Start reading at: {@code TraceContext}.
 */
@NullMarked
package dev.sallyport.core.observe.trace;

import org.jspecify.annotations.NullMarked;
