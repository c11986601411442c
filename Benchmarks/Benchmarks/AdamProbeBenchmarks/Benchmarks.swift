// SPDX-License-Identifier: GPL-3.0-or-later
import Benchmark

let benchmarks: @Sendable () -> Void = {
    // Allocations are not among the metrics: counting them needs jemalloc.
    Benchmark.defaultConfiguration = .init(metrics: [.wallClock, .instructions, .throughput], maxDuration: .seconds(2))
    registerTrainingBenchmarks()
    registerKernelBenchmarks()
}
