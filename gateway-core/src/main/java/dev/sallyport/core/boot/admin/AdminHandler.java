package dev.sallyport.core.boot.admin;

/** Answers an operator; may block. */
@FunctionalInterface
public interface AdminHandler {
    AdminAnswer answer(AdminRequest request);
}
