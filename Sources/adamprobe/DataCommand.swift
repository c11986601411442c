// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Datasets
import Foundation

/// `adamprobe data`: what sets there are, fetching them, and verifying them.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "List, fetch and check data sets.",
        discussion: """
            Sets are looked for in $ADAMPROBE_DATA/<set>, $ADAMPROBE_DATA, the user's cache ($XDG_CACHE_HOME/adamprobe/<set> or \
            ~/.cache/adamprobe/<set>) and folders of the system's packages. The set "digits" is embedded.

            Exit codes: 0 all well, 1 a problem with data or a download, 64 wrong usage.

            Example: adamprobe data fetch mnist
            """,
        subcommands: [DataListCommand.self, DataFetchCommand.self, DataCheckCommand.self])
}

/// A set's name on the command line.
enum SetName: String, CaseIterable, ExpressibleByArgument {
    case digits
    case mnist
    case fashionMNIST = "fashion-mnist"
    case cifar10

    /// nil for the embedded set.
    var published: PublishedSet? { PublishedSet.all.first { $0.name == rawValue } }
}

struct DataListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show each set: whether it is there, where, its size and its licence.",
        discussion: "Example: adamprobe data list --json")

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let reports = SetReport.all()
        if json { return try printJSON(reports) }
        for report in reports {
            let size = String(format: "%.1f MB", Double(report.size) / 1e6)
            let state =
                switch report.state {
                case .embedded, .absent: report.state.rawValue
                case .complete: "complete in \(report.folder ?? "")"
                case .partial: "partial in \(report.folder ?? ""), lacks \(report.missing.joined(separator: ", "))"
                }
            print("\(report.name)\n  \(report.title), \(size) unpacked\n  terms: \(report.licence)\n  \(state)")
            if report.state == .absent {
                for folder in report.lookedIn { print("    not in \(folder)") }
                print("    fetch it with: adamprobe data fetch \(report.name)")
            }
        }
    }
}

struct DataFetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Download a set, verify it, and put it where it is looked for.",
        discussion: """
            An interrupted download is continued by the next call. A file gets its final name only once the SHA-256 of its unpacked bytes is \
            the published one. Downloads go through the curl command.

            Example: adamprobe data fetch mnist --mirror https://storage.googleapis.com/cvdf-datasets/mnist/
            """)

    @Argument(help: "The set to fetch.") var set: SetName
    @Option(help: ArgumentHelp("A folder's URL to use in place of the known mirrors (https, http or file).", valueName: "url"))
    var mirror: String?
    @Option(help: ArgumentHelp("The folder to put the files in; the user's cache by default.", valueName: "folder"), completion: .directory)
    var to: String?

    func run() throws {
        guard let published = set.published else {
            print("\(set.rawValue) is embedded: there is nothing to fetch")
            return
        }
        let folder = to.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? DataLocations().fetchFolder(for: published)
        let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
        let fetch = try DataFetch(set: published, mirror: mirror, into: folder, showsProgress: isTerminal)
        let files = try fetch.run { line in FileHandle.standardError.write(Data((line + "\n").utf8)) }
        print("\(published.name): \(files.count) files in \(folder.path)")
    }
}

struct DataCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Verify the SHA-256 of every file that is found, of one set or of all.",
        discussion: """
            Exits with 1 if a file is not the published one, or if the set that was asked for is nowhere.

            Example: adamprobe data check mnist
            """)

    @Argument(help: "The set to check; all if left out.") var set: SetName?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let sets = set.map { [$0] } ?? SetName.allCases
        var checks: [FileCheck] = []
        var absent: [SetName] = []
        for name in sets {
            let found = name.published.map { FileCheck.all(of: $0) } ?? FileCheck.digits()
            if found.isEmpty { absent.append(name) }
            checks += found
        }
        if json {
            try printJSON(checks)
        } else {
            for check in checks { print("\(check.isGood ? "good " : "WRONG") \(check.set): \(check.file)\n      \(check.detail)") }
            for name in absent { print("none  \(name.rawValue): not found; fetch it with: adamprobe data fetch \(name.rawValue)") }
        }
        if checks.contains(where: { !$0.isGood }) || (set != nil && !absent.isEmpty) { throw ExitCode.failure }
    }
}

private func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
