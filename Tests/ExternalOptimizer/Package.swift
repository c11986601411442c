// swift-tools-version: 6.1
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// A package of one's own with an optimiser of one's own, and its test. Outside this repository the dependency is AdamProbe's URL.
let package = Package(
    name: "AdaBelief",
    products: [.library(name: "AdaBelief", targets: ["AdaBelief"])],
    dependencies: [.package(name: "AdamProbe", path: "../..")],
    targets: [
        .target(name: "AdaBelief", dependencies: [.product(name: "Optimizers", package: "AdamProbe")]),
        .testTarget(name: "AdaBeliefTests", dependencies: ["AdaBelief", .product(name: "OptimizerLaws", package: "AdamProbe")]),
    ],
    swiftLanguageModes: [.v6]
)
