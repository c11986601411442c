// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Testing

@testable import Experiments

/// A base of a few steps, and the text of a sweep over it.
enum SmallSweep {
    static let base = "base: {data: digits, network: [{dense: 8}, relu, {dense: 10}], optimizer: adam, steps: 40, probe: {every: 20}}\n"

    static func parse(_ text: String, folder: URL = FileManager.default.temporaryDirectory) throws -> Sweep {
        try Sweep.parse(yaml: base + text, name: "sweep.yaml", folder: folder)
    }

    /// The problems of a sweep that has to be refused.
    static func problems(_ text: String) -> [String] {
        do {
            _ = try Sweep.parse(yaml: text, name: "sweep.yaml", folder: FileManager.default.temporaryDirectory)
            return []
        } catch { return error.problems.map(\.description) }
    }
}

@Suite("Sweeps' files")
struct SweepTests {
    @Test("Axes make their product, the last varying fastest, with every key set")
    func product() throws {
        let sweep = try SmallSweep.parse("axes: {l2: [0, 1e-3], optimizer.adam.epsilon: [1e-8, 1e-6], seed: {range: [1, 2]}}\n")
        #expect(sweep.axes == ["l2", "optimizer.adam.epsilon", "seed"])
        #expect(
            sweep.points.map { $0.labels.joined(separator: " ") } == [
                "0 1e-8 1", "0 1e-8 2", "0 1e-6 1", "0 1e-6 2", "1e-3 1e-8 1", "1e-3 1e-8 2", "1e-3 1e-6 1", "1e-3 1e-6 2",
            ])
        let last = try #require(sweep.points.last?.configuration)
        #expect(last.l2 == CoupledL2(weights: 1e-3) && last.seed == 2 && (last.optimizer as? Adam)?.epsilon == 1e-6)
        #expect(sweep.points[2].configuration.l2 == .none && sweep.points[2].configuration.seed == 1)
    }

    @Test("A named axis makes several changes at once, or none")
    func named() throws {
        let sweep = try SmallSweep.parse("axes:\n  rule:\n    sgd: {optimizer: {sgd: {learningRate: 0.1}}, l2: 0.5}\n    base: {}\n    same:\n")
        #expect(sweep.points.map(\.labels) == [["sgd"], ["base"], ["same"]])
        #expect(sweep.points[0].configuration.optimizer is StochasticGradientDescent && sweep.points[0].configuration.l2.weights == 0.5)
        #expect(sweep.points[1].configuration.optimizer is Adam && sweep.points[1].fingerprint == sweep.points[2].fingerprint)
    }

    @Test("Axes in step, points one by one, and the order of the file")
    func factors() throws {
        let sweep = try SmallSweep.parse(
            "points: [{batch: 32, precision: float32}, {precision: float64, batch: 16}]\nzip: {l2: [0, 1e-3], steps: [10, 20]}\n")
        #expect(sweep.axes == ["batch", "precision", "l2", "steps"])
        #expect(
            sweep.points.map { $0.labels.joined(separator: " ") } == [
                "32 float32 0 10", "32 float32 1e-3 20", "16 float64 0 10", "16 float64 1e-3 20",
            ])
        #expect(sweep.points[1].configuration.length == .steps(20) && sweep.points[1].configuration.precision == .float32)
    }

    @Test("Random draws stay what they are when there are more of them, or of other keys")
    func draws() throws {
        func points(_ count: Int, _ more: String = "") throws -> [[String]] {
            let text = "random: {count: \(count), seed: 3, draws: {l2: {logUniform: [1e-6, 1e-2]}, batch: {integer: [16, 20]}\(more)}}\n"
            return try SmallSweep.parse(text).points.map(\.labels)
        }
        let few = try points(3)
        #expect(try Array(points(8).prefix(3)) == few)
        #expect(try points(3, ", precision: {choice: [float32, float64]}").map { Array($0.prefix(2)) } == few)
        let many = try points(400)
        let (l2, batch) = (many.compactMap { Double($0[0]) }, Set(many.compactMap { Int($0[1]) }))
        #expect(l2.count == 400 && l2.allSatisfy { (1e-6..<1e-2).contains($0) } && batch == Set(16...20))
        // Half of the decades lie below 1e-4: 200 of 400, give or take five standard deviations.
        #expect((150...250).contains(l2.count { $0 < 1e-4 }))
    }

    @Test("A point drawn twice is one; seeds that no Double tells apart are two")
    func drawnTwice() throws {
        #expect(try SmallSweep.parse("random: {count: 3, seed: 1, draws: {batch: {choice: [32]}}}\n").points.map(\.labels) == [["32"]])
        let few = try SmallSweep.parse("random: {count: 40, seed: 1, draws: {batch: {choice: [32, 64]}, l2: {choice: [0, 0.0]}}}\n").points
        #expect(few.count == 2 && Set(few.map(\.fingerprint)).count == 2)
        #expect(try SmallSweep.parse("axes: {seed: [18446744073709551615, 18446744073709551614]}\n").points.count == 2)
    }

    @Test("Changes to all points come before those of the axes")
    func set() throws {
        let sweep = try SmallSweep.parse("set: {l2: 0.25, optimizer.adam.beta2: 0.9}\naxes: {l2: [0.5]}\n")
        let configuration = sweep.points[0].configuration
        #expect(configuration.l2.weights == 0.5 && (configuration.optimizer as? Adam)?.beta2 == 0.9)
    }

    @Test("A run's name depends on its configuration alone: not on the grid, the axes' names, or the number of threads")
    func names() throws {
        let small = try SmallSweep.parse("axes: {l2: [1e-3]}\n").points[0]
        let large = try SmallSweep.parse("set: {threads: 2}\naxes: {penalty: {a: {l2: 0.1}, b: {l2: 0.001}}, seed: [0, 1]}\n").points
        #expect(large.map(\.fingerprint).firstIndex(of: small.fingerprint) == 2 && Set(large.map(\.fingerprint)).count == 4)
        #expect(large.allSatisfy { $0.configuration.threads == 1 })
    }

    @Test("A base is a named experiment, a file beside the sweep, or a map", arguments: ["paper/digits-adam", "base.yaml"])
    func bases(_ base: String) throws {
        let folder = try RunFolder()
        try Data("data: digits\nnetwork: [{dense: 8}, relu, {dense: 10}]\noptimizer: adam\nsteps: 40\n".utf8).write(to: folder["base.yaml"])
        let sweep = try Sweep.parse(yaml: "base: \(base)\naxes: {l2: [0.125]}\n", name: "sweep.yaml", folder: folder.url)
        #expect(sweep.points[0].configuration.l2.weights == 0.125 && sweep.points[0].configuration.data == .digits)
    }

    @Test(
        "What is wrong is told with file, line, key and what would be accepted",
        arguments: [
            ("axes: {l2: [0]}", "sweep.yaml:1:1: base: missing; accepted: a named experiment, a path, or a configuration"),
            ("base: paper/digits-adan\naxes: {l2: [0]}", "did you mean 'paper/digits-adam'?"),
            ("base: paper/digits-l2\naxes: {l2: [0]}", "sweep.yaml:1:7: base: paper/digits-l2 is a sweep itself"),
            ("base: paper/digits-adam", "there are no points; accepted: axes, zip, points, random"),
            ("base: paper/digits-adam\naxis: {l2: [0]}", "sweep.yaml:2:1: axis: unknown key 'axis' (did you mean 'axes'?)"),
            ("base: paper/digits-adam\naxes:\n  l2: []", "sweep.yaml:3:7: axes.l2: found an empty list"),
            ("base: paper/digits-adam\naxes:\n  l2: [0, 0]", "axes.l2: the value 0 is there twice"),
            ("base: paper/digits-adam\naxes:\n  l2: [0, 0.0]", "axes.l2: the value 0.0 is there twice, as 0 too; accepted: each value once"),
            ("base: paper/digits-adam\naxes:\n  l2: [0, 1, 0e0]", "axes.l2: the value 0e0 is there twice, as 0 too"),
            ("base: paper/digits-adam\naxes:\n  batch: [32, 3.2e1]", "axes.batch: the value 3.2e1 is there twice, as 32 too"),
            ("base: paper/digits-adam\naxes:\n  l2: [{weights: 1, biases: 2}, {biases: 2.0, weights: 1}]", "twice, as {weights: 1, biases: 2} too"),
            ("base: paper/digits-adam\npoints: [{batch: 32}, {batch: 64}, {batch: 32}]", "sweep.yaml:2:36: points.2: the point is there twice"),
            ("base: paper/digits-adam\npoints: [{batch: 32, l2: 0}, {l2: 0.0, batch: 32}]", "points.1: the point is there twice; accepted: each"),
            ("base: paper/digits-adam\naxes:\n  seed: {range: [5, 1]}", "sweep.yaml:3:17: axes.seed.range: found [5, 1]"),
            ("base: paper/digits-adam\naxes:\n  l2: [1e-3, -1]", "sweep.yaml:3:14: l2: found -1 (at l2=-1); accepted: "),
            ("base: paper/digits-adam\naxes:\n  learningRate: [1]", "sweep.yaml:3:18: learningRate: unknown key"),
            ("base: paper/digits-adam\naxes:\n  a: {b: 3}", "sweep.yaml:3:10: axes.a.b: found 3; accepted: a map of configuration keys"),
            ("base: paper/digits-adam\nzip:\n  l2: [0, 1]\n  batch: [1, 2, 3]", "sweep.yaml:4:10: zip.batch: found 3 values beside 2 of l2"),
            ("base: paper/digits-adam\nzip:\n  l2: [0, 1]\n  batch: [1]", "zip.batch: found 1 value beside 2 of l2; accepted: 2 values"),
            ("base: paper/digits-adam\nzip:\n  l2: [0]\n  batch: [1, 2]", "zip.batch: found 2 values beside 1 of l2; accepted: 1 value"),
            ("base: paper/digits-adam\npoints: [{l2: 0}, {batch: 3}]", "sweep.yaml:2:19: points.1: found the keys batch; accepted: l2"),
            ("base: paper/digits-adam\naxes: {l2: [0]}\nzip: {l2: [1]}", "the axis 'l2' is given twice"),
            ("base: paper/digits-adam\naxes: {testError: {a: {l2: 0}}}", "the axis 'testError' has the name of a result"),
            ("base: paper/digits-adam\nrandom: {count: 2, draws: {l2: {normal: [0, 1]}}}", "random.draws.l2: found 'normal'"),
            ("base: paper/digits-adam\nrandom: {count: 2, draws: {l2: {uniform: [1, 0]}}}", "found [1.0, 0.0]; accepted: [lower, upper]"),
            ("base: paper/digits-adam\naxes: {a..b: [1]}", "the key 'a..b' is empty or has an empty part"),
            ("base: nowhere.yaml\naxes: {l2: [0]}", "sweep.yaml:1:7: base: there is no file and no experiment 'nowhere.yaml'"),
        ])
    func refusals(_ text: String, _ expected: String) {
        let problems = SmallSweep.problems(text)
        #expect(problems.contains { $0.contains(expected) }, "\(problems)")
    }

    @Test("A fault that many points share is told once, with the first of them")
    func sharedFaults() {
        let problems = SmallSweep.problems("base: paper/digits-adam\naxes: {l2: [0, -1], batch: [1, 32], seed: {range: [1, 9]}}\n")
        #expect(problems.count == 2, "\(problems)")
        #expect(problems.contains { $0.contains("found 1, but the network has batchNorm (at l2=0 batch=1 seed=1)") }, "\(problems)")
    }

    @Test("Shards are disjoint, and their union is the whole", arguments: [1, 2, 3, 7, 40])
    func shards(_ count: Int) throws {
        let sweep = try SmallSweep.parse("axes: {l2: [0, 1e-4, 1e-3], seed: {range: [1, 5]}}\n")
        let folder = FileManager.default.temporaryDirectory
        let shards = try (1...count).map { number in
            SweepSession(sweep, in: folder, shard: try #require(SweepShard(number: number, count: count))).points.map(\.fingerprint)
        }
        #expect(shards.flatMap { $0 }.sorted() == sweep.points.map(\.fingerprint).sorted())
        #expect((shards.map(\.count).max() ?? 0) - (shards.map(\.count).min() ?? 0) <= 1)
    }
}
