// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Records
import Statistics

/// The program's version, by semantic versioning.
public let adamProbeVersion = "0.1.0"

/// What a run's numbers may depend on besides its configuration: versions and machine.
public enum RunEnvironment {
    /// Tells programs apart, those of one version too: the first sixteen hexadecimal digits of the SHA-256 of the running executable, read once a
    /// process; ``unknownProgram`` where it can't be read.
    public static let program: String = {
        // The file that was started, even if another has taken its place since.
        let link = URL(fileURLWithPath: "/proc/self/exe")
        let executable = FileManager.default.fileExists(atPath: link.path) ? link : Bundle.main.executableURL
        return executable.flatMap { try? SHA256Digest.hex(ofFile: $0) }.map { String($0.prefix(16)) } ?? unknownProgram
    }()

    /// Stands for the program that wrote a file which doesn't tell.
    static let unknownProgram = "unknown"

    /// Versions of the program and its numerical libraries, the program's digest, operating system, processor.
    public static func describe() -> JSONObject {
        [
            "adamprobe": .string(adamProbeVersion),
            "program": .string(program),
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
