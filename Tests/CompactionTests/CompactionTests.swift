// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Datasets
import Experiments
import Networks
import Optimizers
import Probes
import Statistics
import Testing

@testable import Compaction

/// Trainings with and without compaction, side by side.
@Suite("Compaction")
struct CompactionTests {
    /// What two trainings are compared by.
    private struct Course<Scalar: TrainingScalar>: Equatable {
        var losses: [Double] = []
        var parameters: [[Scalar]] = []
        var states: [[Scalar]] = []
        /// The bits of all parameters and states, in which −0 is not +0.
        var bits: [UInt64] { (parameters + states).joined().map { $0.isNaN ? .max : Double($0).bitPattern } }
        var lives: [[NodeLife]] = []
        var skipped: [[[Int]]] = []
        var releases = 0
        /// Most rows of the first layer's weights that the optimiser passed over in a step.
        var mostResting = 0
    }

    /// A network, what is planted in it, and a start of Adam's first moment, by parameter and index.
    struct SetUp: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let network: [LayerSpecification]
        let planted: [(parameter: String, index: Int, value: Double)]
        var moments: [(parameter: String, index: Int, value: Double)] = []
        var batch = 8
        /// Nodes that are expected to be left out at the end, one list a hidden layer; others may die meanwhile.
        let skippedAtEnd: [[Int]]
        /// Nodes that are expected to be taken in again at least.
        var releases = 0
        /// Rows of weights that are expected to rest in float32 meanwhile.
        var resting = 0
    }

    /// Products of 4,096 multiply–adds at most: 8 samples of 16 inputs, layers of up to 16 nodes.
    static let small = [
        SetUp(
            testDescription: "batch normalisation in front, β far below γ√B",
            network: [.dense(units: 6), .batchNorm(), .activation(.relu()), .dense(units: 3)],
            planted: [("1.bias", 1, -9), ("1.bias", 4, -9)], skippedAtEnd: [[1, 4]]),
        SetUp(
            testDescription: "no batch normalisation, a bias below every input", network: [.dense(units: 6), .activation(.relu()), .dense(units: 3)],
            planted: [("0.bias", 0, -40), ("0.bias", 5, -40)], skippedAtEnd: [[0, 5]]),
        SetUp(
            testDescription: "two hidden layers",
            network: [.dense(units: 6), .batchNorm(), .activation(.relu()), .dense(units: 5), .batchNorm(), .activation(.relu()), .dense(units: 3)],
            planted: [("1.bias", 2, -9), ("4.bias", 0, -9), ("4.bias", 3, -9)], skippedAtEnd: [[2], [0, 3]]),
        SetUp(
            testDescription: "all nodes of a layer dead: one is left in",
            network: [.dense(units: 3), .batchNorm(), .activation(.relu()), .dense(units: 3)],
            planted: [("1.bias", 0, -9), ("1.bias", 1, -9), ("1.bias", 2, -9)], skippedAtEnd: [[0, 1]]),
        SetUp(
            testDescription: "momentum that lifts β out of its certificate",
            network: [.dense(units: 6), .batchNorm(), .activation(.relu()), .dense(units: 3)],
            planted: [("1.bias", 1, -2.9), ("1.bias", 4, -9)], moments: [("1.bias", 1, -30)], skippedAtEnd: [[4]], releases: 1),
        SetUp(
            testDescription: "momentum that lifts weights out of their certificate",
            network: [.dense(units: 6), .activation(.relu()), .dense(units: 3)],
            // The certificate's sum over the box is 1.6 at first, and momentum lifts each weight by 0.1.
            planted: (0..<16).map { ("0.weight", $0, 0.1) } + [("0.bias", 0, -1.7), ("0.bias", 5, -40)],
            moments: (0..<16).map { ("0.weight", $0, -1) }, skippedAtEnd: [[5]], releases: 1),
        SetUp(
            testDescription: "weights at rest, and awake again where momentum lifts β out of its certificate",
            network: [.dense(units: 6), .batchNorm(), .activation(.relu()), .dense(units: 3)],
            // λw = 5e-46 is 0 in float32. A moment of 0 plants the step that Adam's bias correction has reached.
            planted: [("1.bias", 1, -0.05), ("1.bias", 4, -9)] + [1, 4].flatMap { row in (0..<16).map { ("0.weight", 16 * row + $0, 5e-44) } },
            moments: [("1.bias", 1, -30), ("0.weight", 0, 0)], skippedAtEnd: [[4]], releases: 1, resting: 2),
    ]

    private func course<Scalar: TrainingScalar>(
        _: Scalar.Type, _ setUp: SetUp, seed: UInt64, steps: Int, compacted: Bool, inputs: Int = 16, samples count: Int = 40
    ) throws -> Course<Scalar> {
        var stream = RandomStream(seed: seed, name: "test.compaction")
        let samples = Samples(
            values: (0..<count * inputs).map { _ in stream.uniform() }, featureCount: inputs,
            targets: .classes((0..<count).map { _ in Int(stream.uniform(in: 0..<3)) }))
        let network = try Network<Scalar>(setUp.network, inputCount: inputs, capacity: setUp.batch)
        network.initialize(.heNormal, seed: seed)
        let optimizer = try Optimizer<Scalar>(
            rule: Adam(learningRate: 0.01), parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count) })
        for (name, index, value) in setUp.planted {
            network.parameters.first { $0.name == name }!.value.mutableElements[index] = Scalar(value)
        }
        for (name, index, value) in setUp.moments {
            let parameter = network.parameters.firstIndex { $0.name == name }!
            optimizer.stateTensors(of: parameter)[0][index] = Scalar(value)
            optimizer.stateTensors(of: parameter)[1][index] = Scalar(value * value)
            try optimizer.plant(Double(5000), as: "step", of: parameter)
        }
        let boxes = network.hiddenLayers.map { layer in
            layer.name == "0" ? Box(count: inputs, lower: 0, upper: 1) : Box(outputsOf: .relu(), count: layer.inputCount)
        }
        let compaction =
            compacted
            ? Compaction(
                network, optimizer: optimizer, l2: 1e-2,
                settings: CompactionSettings(boxes: boxes, largestBatch: setUp.batch, leastSaving: 0, interval: 4)) : nil
        let ledger = DeathLedger<Scalar>(
            settings: LedgerSettings(thresholds: [1, 1e-3, 1e-15], persistence: 3, largestBatch: setUp.batch, boxes: boxes))
        let training = try Training(
            network: network, loss: .crossEntropy, optimizer: optimizer, l2: CoupledL2(weights: 1e-2), schedule: .constant,
            order: try .shuffled(samples: count, batch: setUp.batch, seed: seed), samples: samples, totalSteps: steps, probes: [ledger],
            compaction: compaction)
        var course = Course<Scalar>()
        for _ in 0..<steps {
            course.losses.append(try training.step().mean)
            course.mostResting = max(course.mostResting, optimizer.restingRanges(of: 0).count)
            if let compaction, course.skipped.last != compaction.skipped { course.skipped.append(compaction.skipped) }
        }
        course.parameters = network.parameters.map(\.value.values)
        course.states = network.parameters.indices.flatMap { index in (0..<2).map { Array(optimizer.stateTensors(of: index)[$0]) } }
        course.lives = ledger.lives
        course.releases = compaction?.releases ?? 0
        return course
    }

    @Test("Loss, parameters, optimiser state and ledger are those of the whole network to the bit, releases included", arguments: small)
    func fixedOrder(setUp: SetUp) throws {
        for flushes in [false, true] {
            for seed in 1...2 as ClosedRange<UInt64> {
                try compare(Float.self, setUp, seed, flushes)
                try compare(Double.self, setUp, seed, flushes)
            }
        }
    }

    private func compare<Scalar: TrainingScalar>(_: Scalar.Type, _ setUp: SetUp, _ seed: UInt64, _ flushes: Bool) throws {
        // Compared outside: flushed, a subnormal number would equal 0.
        let state = FloatingPointState(flushesSubnormals: flushes)
        let whole = try state.run { try course(Scalar.self, setUp, seed: seed, steps: 40, compacted: false) }
        let compacted = try state.run { try course(Scalar.self, setUp, seed: seed, steps: 40, compacted: true) }
        let skipped = try #require(compacted.skipped.last)
        for (expected, found) in zip(setUp.skippedAtEnd, skipped) { #expect(Set(expected).isSubset(of: found), "seed \(seed)") }
        #expect(compacted.releases >= setUp.releases, "seed \(seed)")
        #expect(Scalar.self == Double.self || flushes || compacted.mostResting >= setUp.resting, "seed \(seed)")
        #expect(compacted.losses == whole.losses, "seed \(seed)")
        #expect(compacted.bits == whole.bits, "seed \(seed)")
        #expect(compacted.lives == whole.lives, "seed \(seed)")
    }

    @Test("With products that OpenBLAS groups by their shapes, they agree to rounding")
    func blas() throws {
        let planted = (0..<100).map { (parameter: "1.bias", index: 2 * $0, value: -9.0) }
        let setUp = SetUp(
            testDescription: "wide", network: [.dense(units: 200), .batchNorm(), .activation(.relu()), .dense(units: 3)], planted: planted,
            batch: 40, skippedAtEnd: [])
        let whole = try course(Double.self, setUp, seed: 1, steps: 50, compacted: false, inputs: 60, samples: 400)
        let compacted = try course(Double.self, setUp, seed: 1, steps: 50, compacted: true, inputs: 60, samples: 400)
        #expect(compacted.skipped.last == [(0..<100).map { 2 * $0 }])
        // 50 steps of sums over at most 200 terms: each differs by some 200 roundings, which Adam's division by √v̂ carries on.
        for (a, b) in zip(compacted.losses, whole.losses) { #expect(abs(a - b) <= 50 * 200 * Double.ulpOfOne * abs(b)) }
        for (a, b) in zip(compacted.parameters.joined(), whole.parameters.joined()) { #expect(abs(a - b) <= 1e-9) }
    }

    @Test("A node that is not dead can't be left out unnoticed")
    func wrongNode() throws {
        let network = try Network<Double>([.dense(units: 4), .activation(.relu()), .dense(units: 2)], inputCount: 3, capacity: 5)
        network.initialize(.heNormal, seed: 1)
        network.input.assign((0..<15).map { Double($0 % 4) / 4 })
        try network.forward(batch: 5, mode: .training)
        let outputs = network.output.values
        let active = (0..<4).first { node in (0..<5).contains { network.hiddenLayers[0].preactivation.elements[$0 * 4 + node] > 0 } }!
        try CompactedNetwork(network, skipping: [[active]]).forward(batch: 5)
        #expect(network.output.values != outputs)
    }

    @Test("Whoever looks at the whole network sees gradients and activity of 0 and pre-activations of NaN at skipped nodes, the rest as without")
    func seen() throws {
        func pass(_ skipping: [[Int]]) throws -> Network<Double> {
            let network = try Network<Double>([.dense(units: 4), .batchNorm(), .activation(.relu()), .dense(units: 2)], inputCount: 3, capacity: 5)
            network.initialize(.heNormal, seed: 1)
            network.hiddenLayers[0].batchNorm!.shift.value.mutableElements[2] = -9
            network.input.assign((0..<15).map { Double($0 % 4) / 4 })
            for parameter in network.parameters { parameter.gradient.mutableElements.update(repeating: 7) }
            let compacted = try CompactedNetwork(network, skipping: skipping)
            try compacted.forward(batch: 5)
            network.gradients[4].assign((0..<10).map { Double($0) - 4 })
            compacted.backward(batch: 5)
            return network
        }
        let (whole, compacted) = (try pass([[]]), try pass([[2]]))
        for (a, b) in zip(compacted.parameters, whole.parameters) { #expect(a.gradient.values == b.gradient.values, "\(a.name)") }
        let (layer, other) = (compacted.hiddenLayers[0], whole.hiddenLayers[0])
        #expect(layer.activation.activeSamples.values == other.activation.activeSamples.values)
        #expect(layer.activation.activeSamples.elements[2] == 0)
        for position in 0..<20 {
            let (a, b) = (layer.preactivation.elements[position], other.preactivation.elements[position])
            #expect(position % 4 == 2 ? a.isNaN : a == b)
        }
        #expect(layer.batchNorm!.batchesTracked == 1)
        for node in 0..<4 {
            let (a, b) = (layer.batchNorm!.runningMean.elements[node], other.batchNorm!.runningMean.elements[node])
            #expect(node == 2 ? a == 0 : a == b)
        }
    }

    @Test("Refreshed, a skipped node's running statistics are the plain mean over the last 2/momentum − 1 batches; all else stays")
    func refreshed() throws {
        let network = try Network<Double>(
            [.dense(units: 3), .batchNorm(momentum: 0.5), .activation(.relu()), .dense(units: 2)], inputCount: 1, capacity: 4)
        network.initialize(.heNormal, seed: 1)
        let norm = network.hiddenLayers[0].batchNorm!
        norm.shift.value.mutableElements[1] = -9
        let weight = network.hiddenLayers[0].incoming.value.elements[1]
        let settings = CompactionSettings(boxes: [Box(count: 1, lower: 0, upper: 9)], largestBatch: 4, leastSaving: 0, interval: 1)
        let optimizer = try Optimizer<Double>(
            rule: Adam(), parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count) })
        let compaction = Compaction(network, optimizer: optimizer, l2: 0, settings: settings)
        func load(_ batch: ArraySlice<Int32>) {
            for (position, index) in batch.enumerated() { network.input.mutableElements[position] = Double(index) }
        }
        let batches: [[Int32]] = [[0, 9, 0, 9], [1, 3, 5, 7], [2, 4], [0, 1, 2, 5]]
        for (step, batch) in batches.enumerated() {
            try compaction.prepare(step: step, learningRate: 1e-3, batch: batch[...], load: load)
            load(batch[...])
            try compaction.forward(batch: batch.count)
        }
        #expect(compaction.skipped == [[1]])
        let (mean, variance) = (norm.runningMean.values, norm.runningVariance.values)
        #expect(mean[1] == 0 && variance[1] == 1)
        try compaction.refreshStatistics(load: load)
        // Batches 2, 3 and 4: means 4, 3, 2; unbiased variances 20/3, 2, 14/3.
        #expect(abs(norm.runningMean.elements[1] - 3 * weight) <= 1e-14)
        #expect(abs(norm.runningVariance.elements[1] - 40.0 / 9 * weight * weight) <= 1e-13)
        for node in [0, 2] { #expect(norm.runningMean.elements[node] == mean[node] && norm.runningVariance.elements[node] == variance[node]) }
        #expect(norm.batchesTracked == 4 && norm.momentum == 0.5)
    }

    @Test("A layer whose silent nodes put out something else than 0, or are not silent for good, is left whole")
    func compactable() throws {
        func layers(_ network: [LayerSpecification]) throws -> [Int] { try Network<Float>(network, inputCount: 2, capacity: 2).compactableLayers }
        #expect(try layers([.dense(units: 2), .activation(.relu()), .dense(units: 2)]) == [0])
        #expect(try layers([.dense(units: 2), .activation(.relu(derivativeAtZero: 0.5)), .dense(units: 2)]).isEmpty)
        #expect(try layers([.dense(units: 2), .activation(.leakyReLU()), .dense(units: 2)]).isEmpty)
        #expect(try layers([.dense(units: 2), .activation(.relu()), .batchNorm(), .dense(units: 2)]).isEmpty)
        #expect(try layers([.dense(units: 2), .activation(.tanh), .dense(units: 2), .batchNorm(), .activation(.relu()), .dense(units: 2)]) == [1])
    }
}
