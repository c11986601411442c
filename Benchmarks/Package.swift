// swift-tools-version: 6.1
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// Benchmarks live in a package of their own, so that who uses AdamProbe does not fetch what only measuring it needs.
let package = Package(
    name: "AdamProbeBenchmarks",
    products: [
        .executable(name: "steptime", targets: ["steptime"]), .executable(name: "labtime", targets: ["labtime"]),
        .executable(name: "subnormaltime", targets: ["subnormaltime"]), .executable(name: "ensembletime", targets: ["ensembletime"]),
        .executable(name: "reducetime", targets: ["reducetime"]), .executable(name: "roofline", targets: ["roofline"]),
        .executable(name: "kernelwork", targets: ["kernelwork"]),
    ],
    dependencies: [
        .package(name: "AdamProbe", path: ".."),
        // No traits: the default one counts allocations through jemalloc, a system package that nothing else here needs.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .target(
            name: "StepCases",
            dependencies: [
                .product(name: "Certificates", package: "AdamProbe"), .product(name: "Compaction", package: "AdamProbe"),
                .product(name: "Datasets", package: "AdamProbe"), .product(name: "Experiments", package: "AdamProbe"),
                .product(name: "Networks", package: "AdamProbe"), .product(name: "Optimizers", package: "AdamProbe"),
                .product(name: "Probes", package: "AdamProbe"), .product(name: "Records", package: "AdamProbe"),
                .product(name: "Statistics", package: "AdamProbe"), .product(name: "Certificates", package: "AdamProbe"),
            ]),
        .executableTarget(
            name: "steptime", dependencies: ["StepCases", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .executableTarget(
            name: "labtime",
            dependencies: [
                .product(name: "Laboratory", package: "AdamProbe"), .product(name: "Records", package: "AdamProbe"),
                .product(name: "Theory", package: "AdamProbe"), .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "ensembletime",
            dependencies: [
                .product(name: "Ensembles", package: "AdamProbe"), .product(name: "Experiments", package: "AdamProbe"),
                .product(name: "Datasets", package: "AdamProbe"), .product(name: "Networks", package: "AdamProbe"),
                .product(name: "Optimizers", package: "AdamProbe"), .product(name: "Probes", package: "AdamProbe"),
                .product(name: "Records", package: "AdamProbe"), .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(name: "CElementary"),
        // OpenBLAS's number of threads, to time its plain calls.
        .systemLibrary(name: "CBLASThreads", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .executableTarget(
            name: "roofline",
            dependencies: [
                "CElementary", "CBLASThreads", .product(name: "Experiments", package: "AdamProbe"),
                .product(name: "Networks", package: "AdamProbe"), .product(name: "Records", package: "AdamProbe"),
                .product(name: "Statistics", package: "AdamProbe"), .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "kernelwork",
            dependencies: [
                "StepCases", .product(name: "Datasets", package: "AdamProbe"), .product(name: "Ensembles", package: "AdamProbe"),
                .product(name: "Experiments", package: "AdamProbe"), .product(name: "Laboratory", package: "AdamProbe"),
                .product(name: "Networks", package: "AdamProbe"), .product(name: "Optimizers", package: "AdamProbe"),
                .product(name: "Probes", package: "AdamProbe"), .product(name: "Records", package: "AdamProbe"),
                .product(name: "Statistics", package: "AdamProbe"), .product(name: "Theory", package: "AdamProbe"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "subnormaltime",
            dependencies: [
                "CElementary", .product(name: "Laboratory", package: "AdamProbe"), .product(name: "Theory", package: "AdamProbe"),
                .product(name: "Datasets", package: "AdamProbe"), .product(name: "Experiments", package: "AdamProbe"),
                .product(name: "Networks", package: "AdamProbe"), .product(name: "Optimizers", package: "AdamProbe"),
                .product(name: "Records", package: "AdamProbe"), .product(name: "Statistics", package: "AdamProbe"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "reducetime",
            dependencies: [
                .product(name: "Networks", package: "AdamProbe"), .product(name: "Records", package: "AdamProbe"),
                .product(name: "Reduction", package: "AdamProbe"), .product(name: "Statistics", package: "AdamProbe"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "AdamProbeBenchmarks",
            dependencies: [
                "StepCases", .product(name: "Benchmark", package: "benchmark"), .product(name: "Laboratory", package: "AdamProbe"),
                .product(name: "Theory", package: "AdamProbe"),
            ],
            path: "Benchmarks/AdamProbeBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ],
    swiftLanguageModes: [.v6]
)
