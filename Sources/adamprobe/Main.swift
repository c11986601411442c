// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser

@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "adamprobe", subcommands: [InitCommand.self, DataCommand.self])
}
