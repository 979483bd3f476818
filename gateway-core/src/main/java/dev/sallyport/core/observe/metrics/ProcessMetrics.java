package dev.sallyport.core.observe.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.ByteBufAllocatorMetric;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToLongFunction;

/** What the operating system and the JVM tell of this process; asked only when scraped. */
public final class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private final ByteBufAllocatorMetric buffers;

    /** {@code buffers} is the metric of the allocator of all channels. */
    public ProcessMetrics(ByteBufAllocatorMetric buffers) {
        this.buffers = buffers;
    }

    /** Adds the metrics of the process to the others. */
    public void registerWith(Metrics metrics) {
        metrics.register(Metric.BUFFER_MEMORY, this::buffers);
        metrics.register(
                Metric.PROCESS_CPU, samples -> samples.add(system().getProcessCpuTime() / 1e9));
        metrics.register(Metric.PROCESS_RESIDENT, ProcessMetrics::resident);
        metrics.register(
                Metric.PROCESS_OPEN_FILES,
                samples -> samples.add(system().getOpenFileDescriptorCount()));
        metrics.register(
                Metric.PROCESS_MAX_FILES,
                samples -> samples.add(system().getMaxFileDescriptorCount()));
        metrics.register(
                Metric.PROCESS_START,
                samples -> samples.add(ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3));
        metrics.register(Metric.JVM_MEMORY_USED, samples -> memory(samples, MemoryUsage::getUsed));
        metrics.register(
                Metric.JVM_MEMORY_COMMITTED, samples -> memory(samples, MemoryUsage::getCommitted));
        metrics.register(Metric.JVM_BUFFER_POOL, ProcessMetrics::bufferPools);
        metrics.register(
                Metric.JVM_GC_COLLECTIONS,
                samples ->
                        ManagementFactory.getGarbageCollectorMXBeans()
                                .forEach(gc -> samples.add(gc.getCollectionCount(), gc.getName())));
        metrics.register(
                Metric.JVM_GC_SECONDS,
                samples ->
                        ManagementFactory.getGarbageCollectorMXBeans()
                                .forEach(gc ->
                                        samples.add(gc.getCollectionTime() / 1e3, gc.getName())));
        metrics.register(
                Metric.JVM_THREADS,
                samples -> samples.add(ManagementFactory.getThreadMXBean().getThreadCount()));
    }

    private static UnixOperatingSystemMXBean system() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
    }

    private void buffers(Samples samples) {
        samples.add(buffers.usedDirectMemory(), "direct");
        samples.add(buffers.usedHeapMemory(), "heap");
    }

    private static void resident(Samples samples) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(RESIDENT)) {
                    String kibibytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
                    samples.add(Long.parseLong(kibibytes) * 1024.0);
                }
            }
        } catch (IOException e) {
            // No /proc, as on systems other than Linux: the metric has no sample then.
            return;
        }
    }

    private static void memory(Samples samples, ToLongFunction<MemoryUsage> which) {
        var memory = ManagementFactory.getMemoryMXBean();
        samples.add(which.applyAsLong(memory.getHeapMemoryUsage()), "heap");
        samples.add(which.applyAsLong(memory.getNonHeapMemoryUsage()), "nonheap");
    }

    private static void bufferPools(Samples samples) {
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            samples.add(pool.getMemoryUsed(), pool.getName());
        }
    }
}
