// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Records

/// What subnormal numbers cost: the measurements behind notebooks-md/why-training-slows-down.md.
@main
struct SubnormalTime: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subnormaltime",
        abstract: "Times the same work with subnormal numbers kept and flushed to zero, in interleaved pairs of processor time.",
        discussion: "Each part writes its table and the machine's description into a folder. Example: subnormaltime updates --out plots/subnormals",
        subcommands: [OperationTimes.self, UpdateTimes.self, StepTimes.self, TrainingTimes.self])
}

/// What all parts need to know.
struct Output: ParsableArguments {
    @Option(help: "Folder for the tables.")
    var out: String
    @Option(help: "Interleaved pairs of measurements a row.")
    var pairs = 9

    /// Writes `machine-PART.json`: processor, versions, date.
    func describeMachine(part: String) throws {
        var description = RunEnvironment.describe()
        description["date"] = .string(ISO8601DateFormatter().string(from: Date()))
        try JSONValue.object(description).write(to: URL(fileURLWithPath: out).appendingPathComponent("machine-\(part).json"))
    }

    func validate() throws {
        guard pairs >= 1 else { throw ValidationError("pairs count from 1") }
    }
}
