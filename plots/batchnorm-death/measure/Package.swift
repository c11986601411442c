// swift-tools-version: 6.1
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// Trains the cells of `cells.csv` and writes `nodes.csv` and `spells.csv`; see the notebook on death under batch normalisation.
let package = Package(
    name: "BatchNormDeathMeasure",
    dependencies: [.package(name: "AdamProbe", path: "../../..")],
    targets: [
        .executableTarget(name: "BatchNormDeathMeasure", dependencies: [.product(name: "AdamProbe", package: "AdamProbe")])
    ],
    swiftLanguageModes: [.v6]
)
