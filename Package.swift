// swift-tools-version: 6.1
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// The rooms of the house, from the ground up; a room imports only rooms below it.
let rooms: [Target] = [
    // C libraries: a module map and a shim header each, nothing else.
    // GSL's own pkg-config file also brings libgslcblas, so the module map names the libraries instead: GSL over OpenBLAS.
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev", "libopenblas-dev"]), .brew(["gsl", "openblas"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
    .target(name: "CKernels"),

    .target(name: "Statistics", dependencies: ["CGSL"]),
    .target(name: "Theory", dependencies: ["Statistics", .product(name: "RealModule", package: "swift-numerics")]),
    .target(name: "Records", dependencies: ["CZlib", "CCrypto"]),
    .target(name: "Datasets", dependencies: ["CKernels", "Records", "Statistics"], resources: [.copy("Resources")]),
    .target(
        name: "Networks",
        dependencies: ["Statistics", "COpenBLAS", "CKernels", .product(name: "RealModule", package: "swift-numerics")]),
    .target(
        name: "Optimizers",
        dependencies: ["CKernels", .product(name: "RealModule", package: "swift-numerics")]),
    .target(
        name: "Laboratory",
        dependencies: [
            "Theory", "Optimizers", "Networks", "CKernels", "Statistics", .product(name: "RealModule", package: "swift-numerics"),
        ]),
    .target(
        name: "OptimizerLaws",
        dependencies: ["Optimizers", "Statistics", .product(name: "RealModule", package: "swift-numerics")]),
    .target(name: "Certificates", dependencies: ["Networks"]),
    .target(name: "Compaction", dependencies: ["Certificates", "Networks", "Optimizers"]),
    .target(name: "Reduction", dependencies: ["Certificates", "Networks", "Optimizers", .product(name: "RealModule", package: "swift-numerics")]),
    .target(name: "Probes", dependencies: ["CKernels", "Certificates", "Networks", "Optimizers", "Statistics", "Records"]),
    .target(
        name: "Experiments",
        dependencies: [
            "Probes", "Compaction", "Reduction", "Certificates", "Networks", "Optimizers", "Datasets", "Records", "Statistics", "Theory",
            .product(name: "Yams", package: "Yams"),
        ],
        resources: [.copy("Resources")]),
    .target(
        name: "Ensembles",
        dependencies: ["Experiments", "Probes", "Networks", "Optimizers", "Datasets", "Records", "CKernels"]),
    .target(
        name: "Claims",
        dependencies: [
            "Experiments", "Probes", "Networks", "Optimizers", "Certificates", "Datasets", "Theory", "Laboratory", "Records", "Statistics",
        ],
        resources: [.copy("Resources")]),
    .target(name: "Figures", dependencies: ["Records", "Statistics", "Theory", "Laboratory"]),
    .target(
        name: "AdamProbe",
        dependencies: [
            "Statistics", "Records", "Datasets", "Networks", "Optimizers", "Certificates", "Compaction", "Reduction", "Probes",
            "Experiments", "Figures", "Theory", "Laboratory", "OptimizerLaws", "Claims", "Ensembles",
        ]),
    .executableTarget(
        name: "adamprobe",
        dependencies: [
            "Experiments", "Ensembles", "Figures", "Datasets", "Records", "Probes", "Optimizers", "Theory", "Claims",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
]

let libraries = rooms.filter { $0.type == .regular && $0.name != "CKernels" }.map(\.name)

/// One test target a room, of the same name.
let tests: [Target] =
    ["Statistics", "Records", "Networks", "Optimizers", "Certificates", "Probes"]
    .map { .testTarget(name: "\($0)Tests", dependencies: [.byName(name: $0)]) } + [
        // The built command, as tests run it.
        .target(name: "BuiltProgram", path: "Tests/BuiltProgram"),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "BuiltProgram"]),
        .testTarget(name: "CompactionTests", dependencies: ["Compaction", "Experiments", "Statistics"]),
        .testTarget(name: "ReductionTests", dependencies: ["Reduction", "Experiments", "Statistics", "BuiltProgram"]),
        .testTarget(name: "ExperimentsTests", dependencies: ["Experiments", "BuiltProgram"]),
        .testTarget(
            name: "EnsemblesTests",
            dependencies: ["Ensembles", "Experiments", "Networks", "Optimizers", "Probes", "Datasets", "Statistics", "Records", "BuiltProgram"]),
        .testTarget(name: "FiguresTests", dependencies: ["Figures", "Theory", "Laboratory", "BuiltProgram"]),
        // The laws know no optimiser's code; their tests do, so that two implementations have to agree.
        .testTarget(name: "TheoryTests", dependencies: ["Theory", "Optimizers", "Statistics", "BuiltProgram"]),
        .testTarget(name: "ClaimsTests", dependencies: ["Claims", "MutatedOptimizers", "Optimizers", "Networks", "Statistics", "BuiltProgram"]),
        // Every claim on every mutation, as a table: a program, since it wants optimised code.
        .executableTarget(name: "mutation-matrix", dependencies: ["Claims", "MutatedOptimizers", "Records"], path: "Tests/MutationMatrix"),
        .testTarget(name: "OptimizerLawsTests", dependencies: ["OptimizerLaws", "Optimizers"]),
        // Optimisers that are wrong on purpose: for tests only, and so in no product.
        .target(
            name: "MutatedOptimizers",
            dependencies: ["Claims", "Optimizers", "Networks", .product(name: "RealModule", package: "swift-numerics")],
            path: "Tests/MutatedOptimizers"),
        .testTarget(
            name: "MutatedOptimizersTests", dependencies: ["MutatedOptimizers", "OptimizerLaws", "Optimizers", "Networks", "Theory", "Statistics"]),
        // The oracle in tests alone: multiple precision.
        .systemLibrary(name: "CMPFR", pkgConfig: "mpfr", providers: [.apt(["libmpfr-dev"]), .brew(["mpfr"])]),
        .testTarget(name: "LaboratoryTests", dependencies: ["Laboratory", "Theory", "Optimizers", "Networks", "Records", "Statistics", "CMPFR"]),
    ]

let package = Package(
    name: "AdamProbe",
    products: libraries.map { .library(name: $0, targets: [$0]) } + [.executable(name: "adamprobe", targets: ["adamprobe"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: rooms + tests,
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)

// The guide's builder, for `make docs` alone: who uses the library fetches nothing for it.
if Context.environment["ADAMPROBE_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}
