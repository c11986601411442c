// SPDX-License-Identifier: GPL-3.0-or-later
import Claims
import Foundation
import MutatedOptimizers
import Records

/// Puts every claim about isolated weights and planted networks to the test on every mutation, and writes which claim notices which.
///
///     swift run -c release mutation-matrix FOLDER
///
/// writes FOLDER/mutation-matrix.csv (1 violated, 0 not, empty: the experiment could not be made) and prints a Markdown table. Exits with 1
/// if a mutation is caught by no claim, if one that touches a dead weight leaves B0 as it was, or if a claim that holds for the toolkit is violated without a mutation.
@main
enum MutationMatrix {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            FileHandle.standardError.write(Data("usage: mutation-matrix FOLDER\n".utf8))
            exit(2)
        }
        let folder = URL(fileURLWithPath: CommandLine.arguments[1])
        try Folder.create(at: folder)
        let claims = Claim.all.filter { $0.level != .trained }
        let sound = try row(Mutation.none, claims)
        var rows = [(Mutation.none, sound)]
        for mutation in Mutation.all {
            FileHandle.standardError.write(Data("\(mutation.name)\n".utf8))
            rows.append((mutation, try row(mutation, claims)))
        }
        let writer = try CSVWriter(url: folder.appendingPathComponent("mutation-matrix.csv"), columns: ["mutation"] + claims.map(\.id))
        for (mutation, cells) in rows {
            try writer.append([.text(mutation.name)] + cells.map { $0.map { .integer($0 ? 1 : 0) } ?? .empty })
        }
        try writer.close()
        print("| mutation | what is wrong | violated claims |\n| --- | --- | --- |")
        for (mutation, cells) in rows {
            let caught = zip(claims, cells).filter { $0.1 == true }.map(\.0.id)
            print("| \(mutation.name) | \(mutation.explanation) | \(caught.isEmpty ? "–" : caught.joined(separator: ", ")) |")
        }
        let uncaught = rows.dropFirst().filter { _, cells in !zip(sound, cells).contains { $0.0 != true && $0.1 == true } }.map(\.0.name)
        let exact = claims.firstIndex { $0.id == "B0" }
        let untouched = rows.filter { mutation, cells in mutation.touchesDeadWeight && exact.flatMap { cells[$0] } != true }.map(\.0.name)
        for (what, names) in [("caught by no claim", uncaught), ("touches a dead weight and leaves B0 as it was", untouched)] where !names.isEmpty {
            FileHandle.standardError.write(Data("\(what): \(names.joined(separator: ", "))\n".utf8))
        }
        if !uncaught.isEmpty || !untouched.isEmpty { exit(1) }
    }

    /// Whether each claim is violated; nil where its experiment could not be made.
    private static func row(_ mutation: Mutation, _ claims: [Claim]) throws -> [Bool?] {
        try claims.map { claim in
            do {
                return try Verification(claims: [claim]).perform(Trial(subject: mutation.subject, extent: .quick)).isViolated
            } catch ClaimError.cancelled {
                throw ClaimError.cancelled
            } catch {
                return nil
            }
        }
    }
}
