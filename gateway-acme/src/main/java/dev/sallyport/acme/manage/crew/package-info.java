/**
 * The threads of efforts: so many for what the configuration names, so many for what clients ask
 * for.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code Workers}.
 */
@NullMarked
package dev.sallyport.acme.manage.crew;

import org.jspecify.annotations.NullMarked;
