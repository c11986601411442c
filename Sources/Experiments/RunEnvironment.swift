// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Records
import Statistics

/// The program's version, by semantic versioning.
public let adamProbeVersion = "0.1.0"

/// What a run's numbers may depend on besides its configuration: versions and machine.
public enum RunEnvironment {
    /// Versions of the program and its numerical libraries, operating system, processor.
    public static func describe() -> JSONObject {
        [
            "adamprobe": .string(adamProbeVersion),
            "gsl": .string(StatisticsLibrary.version),
            "openblas": .string(MatrixProduct.libraryDescription),
            "operatingSystem": .string(ProcessInfo.processInfo.operatingSystemVersionString),
            "processor": .string(processorName),
            "processors": .integer(ProcessInfo.processInfo.activeProcessorCount),
        ]
    }

    /// The processor's name as the kernel gives it, or its architecture where it gives none.
    private static var processorName: String {
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
        if let name = line?.split(separator: ":", maxSplits: 1).last { return name.trimmingCharacters(in: .whitespaces) }
        #if arch(x86_64)
            return "x86-64"
        #elseif arch(arm64)
            return "AArch64"
        #else
            return "unknown"
        #endif
    }
}
