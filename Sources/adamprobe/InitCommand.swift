// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Records

/// `adamprobe init`: a commented configuration to start from.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented configuration.",
        discussion: """
            The configuration runs as it is, on the embedded digits, and explains every key with its alternatives.

            Exit codes: 0 written, 1 the file is there already or can't be written, 64 wrong usage.

            Example: adamprobe init experiment.yaml
            """)

    @Argument(help: "The file to write.", completion: .file(extensions: ["yaml", "yml"])) var file = ConfigurationTemplate.fileName
    @Flag(help: "Replace a file that is there already.") var force = false

    func run() throws {
        let url = URL(fileURLWithPath: file)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
            if isFolder.boolValue { throw InitError.isFolder(file) }
            if !force { throw InitError.exists(file) }
        }
        try AtomicFile.write(Data(ConfigurationTemplate.yaml.utf8), to: url)
        print("\(file) written; next: adamprobe run \(file)")
    }
}

/// Why no configuration was written.
enum InitError: Error, CustomStringConvertible {
    case exists(String)
    case isFolder(String)

    var description: String {
        switch self {
        case .exists(let file): "\(file) is there already; give another name, or --force to replace it"
        case .isFolder(let file): "\(file) is a folder; give the name of a file to write"
        }
    }
}
