// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Claims
import Records

/// `adamprobe claims`: lists and explains the laws.
struct ClaimsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claims",
        abstract: "List the laws, or explain some of them.",
        discussion: """
            Without an argument a line a claim: id, level (1 isolated weights, 2 planted networks, 3 trained networks), title. With ids, each claim \
            in full: law, source, hypotheses, experiment, test, and what would refute it.

            Exit codes: 0 told, 1 no such claim, 64 wrong usage.

            Examples: adamprobe claims, adamprobe claims B3 C7, adamprobe claims --json
            """)

    @Argument(help: "Claims to explain, such as B3.")
    var ids: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let claims = try ids.isEmpty ? Claim.all : Claim.named(ids)
        if json {
            print(JSONValue.array(claims.map(\.json)).serialized(.pretty))
        } else if ids.isEmpty {
            for claim in claims { print("\(claim.id)\t\(claim.level.rawValue)\t\(claim.title)") }
        } else {
            print(claims.map { "\($0.id) \($0.title) (level \($0.level.rawValue))\n\($0.description())" }.joined(separator: "\n\n"))
        }
    }
}
