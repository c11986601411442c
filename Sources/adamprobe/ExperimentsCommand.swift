// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments

/// `adamprobe experiments`: the named configurations and sweeps.
struct ExperimentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiments",
        abstract: "List the experiments that can be made by name, or show one.",
        subcommands: [ExperimentsListCommand.self, ExperimentsShowCommand.self], defaultSubcommand: ExperimentsListCommand.self)
}

/// `adamprobe experiments`.
struct ExperimentsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "One line an experiment: name, version, how it is made, what it is.",
        discussion: "Make them with: adamprobe run NAME; adamprobe sweep NAME --out DIR")

    func run() throws {
        for experiment in NamedExperiment.all {
            print("\(experiment.name)\t\(experiment.version)\t\(experiment.isSweep ? "sweep" : "run")\t\(experiment.summary)")
        }
    }
}

/// `adamprobe experiments show NAME`.
struct ExperimentsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Print an experiment's YAML, to read or to change.")

    @Argument(help: "Such as paper/mnist-adam.") var name: String

    func run() throws {
        guard let experiment = NamedExperiment(name) else {
            throw UnknownExperiment(name: name)
        }
        print(experiment.yaml, terminator: "")
    }
}

private struct UnknownExperiment: Error, CustomStringConvertible {
    let name: String

    var description: String { "there is no experiment '\(name)'; accepted: \(NamedExperiment.all.map(\.name).joined(separator: ", "))" }
}
