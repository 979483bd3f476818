/**
 * What must outlive the process: keys and chains in a folder, written whole, with one owner.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: certificate, json.
 *
 * <p>Start reading at: {@code StateFolder}.
 */
@NullMarked
package dev.sallyport.acme.storage;

import org.jspecify.annotations.NullMarked;
