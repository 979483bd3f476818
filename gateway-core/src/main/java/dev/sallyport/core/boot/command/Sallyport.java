package dev.sallyport.core.boot.command;

import picocli.CommandLine.Command;

/** The command itself, which needs a verb. */
@Command(
        name = "sallyport",
        description = "A secure reverse proxy gateway: the only port you publish.",
        synopsisSubcommandLabel = "VERB",
        mixinStandardHelpOptions = true,
        versionProvider = VersionLine.class,
        commandListHeading = "%nVerbs:%n",
        footer = {"", "sallyport VERB --help shows what a verb takes."})
final class Sallyport {}
