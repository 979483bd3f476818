package dev.sallyport.core.house;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.MonitorInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The laws of the house that show in class files. Each returns what breaks it, one line each. */
final class ClassRules {
    /** What has no business on an event loop: it blocks, locks or allocates as it goes. */
    private static final List<String> NOT_ON_LOOPS =
            List.of(
                    "java.util.regex.",
                    "java.util.stream.",
                    "java.util.concurrent.locks.",
                    "java.util.concurrent.CompletableFuture");

    /** Methods of String that compile a pattern or a format each time. */
    private static final Set<String> SLOW_STRING_METHODS =
            Set.of("split", "matches", "replaceAll", "replaceFirst", "format", "formatted");

    /** Types whose static instances are state, final or not. */
    private static final List<String> MUTABLE =
            List.of(
                    "java.util.concurrent.atomic.",
                    "java.util.concurrent.Concurrent",
                    "java.util.concurrent.CopyOnWrite",
                    "java.util.HashMap",
                    "java.util.LinkedHashMap",
                    "java.util.TreeMap",
                    "java.util.EnumMap",
                    "java.util.IdentityHashMap",
                    "java.util.WeakHashMap",
                    "java.util.HashSet",
                    "java.util.LinkedHashSet",
                    "java.util.ArrayList",
                    "java.util.ArrayDeque",
                    "java.util.LinkedList",
                    "java.util.BitSet",
                    "java.lang.StringBuilder",
                    "java.lang.ThreadLocal",
                    "io.netty.util.concurrent.FastThreadLocal");

    private final House house;

    ClassRules(House house) {
        this.house = house;
    }

    /**
     * Classes in no room, and uses of what the room may not touch: floors, walls and libraries at
     * once.
     */
    List<String> strayTouches(JavaClasses classes) {
        Set<String> problems = new TreeSet<>();
        for (JavaClass type : classes) {
            Room room = house.find(type.getPackageName());
            if (room == null) {
                problems.add(type.getName() + ": in no room of the house");
                continue;
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (!target.isPrimitive() && !house.permits(room, target.getPackageName())) {
                    problems.add(type.getName() + " touches " + target.getName());
                }
            }
        }
        return List.copyOf(problems);
    }

    /** Circles of packages. */
    List<String> cycles(JavaClasses classes) {
        var rule =
                SlicesRuleDefinition.slices()
                        .matching(house.root() + ".(**)")
                        .should()
                        .beFreeOfCycles()
                        .allowEmptyShould(true);
        return rule.evaluate(classes).getFailureReport().getDetails();
    }

    /** Regular expressions, streams, locks and monitors where event loops run. */
    List<String> slowOnLoop(JavaClasses classes) {
        Set<String> problems = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!house.runsOnLoop(type.getName())) {
                continue;
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target = dependency.getTargetClass().getName();
                if (NOT_ON_LOOPS.stream().anyMatch(target::startsWith)) {
                    problems.add(type.getName() + " uses " + target + " on a loop");
                }
            }
            for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                if (call.getTargetOwner().isEquivalentTo(String.class)
                        && SLOW_STRING_METHODS.contains(call.getName())) {
                    problems.add(type.getName() + " calls String." + call.getName() + " on a loop");
                }
            }
            if (isSynchronized(type)) {
                problems.add(type.getName() + " is synchronized on a loop");
            }
        }
        return List.copyOf(problems);
    }

    /**
     * Static fields that can change, or hold what can. Tables in arrays are taken for constants.
     */
    List<String> staticState(JavaClasses classes) {
        List<String> problems = new ArrayList<>();
        for (JavaClass type : classes) {
            for (JavaField field : type.getFields()) {
                if (!field.getModifiers().contains(JavaModifier.STATIC)
                        || field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                    continue;
                }
                String holds = field.getRawType().getName();
                if (!field.getModifiers().contains(JavaModifier.FINAL)
                        || MUTABLE.stream().anyMatch(holds::startsWith)) {
                    problems.add(field.getFullName() + " is static state");
                }
            }
        }
        return problems;
    }

    private static boolean isSynchronized(JavaClass type) {
        if (type.getMethods().stream()
                .anyMatch(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))) {
            return true;
        }
        // A synchronized block shows only in the code itself.
        try (InputStream stream = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return ClassFile.of().parse(stream.readAllBytes()).methods().stream()
                    .flatMap(method -> method.code().stream())
                    .flatMap(code -> code.elementStream())
                    .anyMatch(MonitorInstruction.class::isInstance);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
