package dev.sallyport.config.model.value;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How a value type is written as text. The type has a {@code static parse(String)} (or {@code
 * parse(String, Path folder)} where relative paths matter), and its {@code toString} is read back
 * as an equal value.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Written {
    /** What the reference calls the type. */
    String as();

    /** A regular expression for the JSON schema; not the whole truth, the parser decides. */
    String pattern() default "";
}
