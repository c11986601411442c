// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Testing

@testable import Datasets

@Suite struct DataCommandTests {
    private let home: TemporaryFolder

    init() throws { home = try TemporaryFolder() }

    private func run(_ arguments: String...) throws -> (status: Int, output: String, errors: String) {
        try BuiltProgram(["data"] + arguments, environment: ["HOME": home.url.path, "XDG_CACHE_HOME": "", "ADAMPROBE_DATA": ""]).finish()
    }

    @Test func listShowsEverySetAndItsTerms() throws {
        let (status, output, _) = try run("list")
        #expect(status == 0)
        for part in ["digits", "CC BY 4.0", "mnist", "fashion-mnist", "cifar10", "adamprobe data fetch mnist"] { #expect(output.contains(part)) }
        let json = try run("list", "--json")
        let reports = try JSONDecoder().decode([SetReport].self, from: Data(json.output.utf8))
        #expect(reports.map(\.name) == ["digits", "mnist", "fashion-mnist", "cifar10"])
    }

    @Test func checkExitsWith1WhenTheSetIsAbsentOrDamaged() throws {
        #expect(try run("check", "digits").status == 0)
        let absent = try run("check", "mnist")
        #expect(absent.status == 1)
        #expect(absent.output.contains("adamprobe data fetch mnist"))
        _ = try home.write(Data("junk".utf8), ".cache/adamprobe/mnist/t10k-labels-idx1-ubyte")
        let damaged = try run("check", "mnist", "--json")
        #expect(damaged.status == 1)
        #expect(try JSONDecoder().decode([FileCheck].self, from: Data(damaged.output.utf8)).map(\.isGood) == [false])
    }

    @Test func fetchFailsOnStandardErrorAndLeavesNothing() throws {
        let mirror = try TemporaryFolder()
        _ = try mirror.write(Data("not images".utf8), "train-images-idx3-ubyte")
        let target = try TemporaryFolder()
        let result = try run("fetch", "mnist", "--mirror", mirror.url.absoluteString, "--to", target.url.path)
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("10 bytes (unpacked); accepted: the published 47040016"))
        #expect(try target.names.isEmpty)
        #expect(try run("fetch", "digits").status == 0)
    }

    @Test(arguments: [["fetch"], ["fetch", "imagenet"], ["list", "--colour"]]) func wrongUsageExitsWith64(arguments: [String]) throws {
        let result = arguments.count == 1 ? try run(arguments[0]) : try run(arguments[0], arguments[1])
        #expect(result.status == 64)
        #expect(result.errors.contains("Usage: adamprobe data"))
    }

    @Test(arguments: ["list", "fetch", "check"]) func helpHasAnExample(command: String) throws {
        let result = try run(command, "--help")
        #expect(result.status == 0)
        #expect(result.output.contains("Example: adamprobe data \(command)"))
    }

    @Test(.enabled(if: RealData.has(.mnist), "MNIST is not on this machine: set ADAMPROBE_DATA"))
    func realMNISTIsFetchedFromAFileMirrorIntoTheCacheAndFoundThere() throws {
        let complete = RealData.locations.places(for: .mnist).first { $0.isComplete }
        let folder = try #require(complete).folder
        let fetched = try run("fetch", "mnist", "--mirror", folder.absoluteString)
        #expect(fetched.status == 0, "\(fetched.errors)")
        #expect(try run("check", "mnist").status == 0)
    }
}
