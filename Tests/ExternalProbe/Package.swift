// swift-tools-version: 6.1
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// A package of one's own with a probe of one's own: all that it takes. Outside this repository the dependency is AdamProbe's URL.
let package = Package(
    name: "SignChanges",
    dependencies: [.package(name: "AdamProbe", path: "../..")],
    targets: [
        .executableTarget(name: "SignChanges", dependencies: [.product(name: "AdamProbe", package: "AdamProbe")])
    ],
    swiftLanguageModes: [.v6]
)
