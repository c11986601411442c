// SPDX-License-Identifier: GPL-3.0-or-later

/// Probes that look at runs besides the runs' own, and keep what they find in the run directory: so that it is there again when a
/// finished run is used again, with its digest in the manifest.
public struct RunProbes: Sendable {
    /// The files that the probes write into the run's `probe` folder as the training ends. A run without one of them is made anew.
    public let files: [String]
    /// The probes of one run, for its directory.
    public let make: @Sendable (RunConfiguration, RunDirectory) -> ExtraProbes

    public init(files: [String], make: @escaping @Sendable (RunConfiguration, RunDirectory) -> ExtraProbes) {
        self.files = files
        self.make = make
    }

    public static let none = RunProbes(files: []) { _, _ in ExtraProbes() }
}
