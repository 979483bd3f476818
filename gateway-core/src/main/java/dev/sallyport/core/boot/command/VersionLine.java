package dev.sallyport.core.boot.command;

import dev.sallyport.core.boot.screen.Product;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {Product.line()};
    }
}
