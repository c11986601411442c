// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

/// Teacher–student data: Gaussian inputs, answered by a ReLU network that is known (theory notes, C6).
///
/// Inputs x ~ N(0, 1) in every feature; training targets f(x) + noise·N(0, 1), test targets f(x) without noise, so that the test loss is the distance to the
/// teacher. Streams of the seed: `teacher.network`, `teacher.inputs`, `teacher.testInputs`, `teacher.noise`: changing the number of samples or
/// the noise does not change the teacher. The input box covers the drawn samples only.
public struct TeacherSpecification: Sendable, Equatable {
    /// Features of an input.
    public var inputs: Int
    /// Hidden nodes of the teacher.
    public var hidden: Int
    public var outputs: Int
    public var samples: Int
    /// 0 for no test samples.
    public var testSamples: Int
    /// Standard deviation of the noise on training targets.
    public var noise: Double
    /// Standard deviation of the teacher's hidden biases.
    public var bias: Double

    public init(
        inputs: Int = 8, hidden: Int = 4, outputs: Int = 1, samples: Int = 1024, testSamples: Int = 1024, noise: Double = 0,
        bias: Double = 0
    ) {
        self.inputs = inputs
        self.hidden = hidden
        self.outputs = outputs
        self.samples = samples
        self.testSamples = testSamples
        self.noise = noise
        self.bias = bias
    }

    /// The teacher that a seed draws.
    public func teacher(seed: UInt64) throws(DatasetError) -> Teacher {
        try validate()
        var stream = RandomStream(seed: seed, name: "teacher.network")
        var weights: [Double] = []
        for _ in 0..<hidden {
            let row = (0..<inputs).map { _ in stream.normal() }
            let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            weights += row.map { $0 / norm }
        }
        let biases = (0..<hidden).map { _ in bias * stream.normal() }
        let scale = 1 / Double(hidden).squareRoot()
        let outputWeights = (0..<outputs * hidden).map { _ in scale * stream.normal() }
        return Teacher(inputs: inputs, weights: weights, biases: biases, outputWeights: outputWeights)
    }

    func dataset(seed: UInt64) throws(DatasetError) -> Dataset {
        let teacher = try teacher(seed: seed)
        var noiseStream = RandomStream(seed: seed, name: "teacher.noise")
        func part(_ count: Int, stream name: String, noise: Double) -> Samples {
            var stream = RandomStream(seed: seed, name: name)
            let values = (0..<count * inputs).map { _ in stream.normal() }
            var answers: [Double] = []
            for row in 0..<count { answers += teacher.outputs(for: values[row * inputs..<(row + 1) * inputs]) }
            if noise > 0 { for index in answers.indices { answers[index] += noise * noiseStream.normal() } }
            return Samples(values: values, featureCount: inputs, targets: .values(answers, width: outputs))
        }
        let training = part(samples, stream: "teacher.inputs", noise: noise)
        let test = testSamples > 0 ? part(testSamples, stream: "teacher.testInputs", noise: 0) : nil
        return Dataset(
            name: "teacher", training: training, test: test, inputShape: [inputs], classCount: nil,
            inputBox: InputBox(covering: [training, test].compactMap(\.self)))
    }

    private func validate() throws(DatasetError) {
        for (key, value, least) in [
            ("inputs", inputs, 1), ("hidden", hidden, 1), ("outputs", outputs, 1), ("samples", samples, 1), ("testSamples", testSamples, 0),
        ] where value < least || value > Int(Int32.max) {
            throw .invalidValue(key: "teacher.\(key)", value: "\(value)", accepted: "\(least) to \(Int32.max)")
        }
        guard max(samples, testSamples, hidden) <= Int(Int32.max) / max(inputs, outputs), hidden <= Int(Int32.max) / outputs else {
            throw .invalidValue(
                key: "teacher", value: "\(max(samples, testSamples)) samples × \(inputs) inputs × \(hidden) hidden × \(outputs) outputs",
                accepted: "arrays of up to \(Int32.max) numbers")
        }
        for (key, value) in [("noise", noise), ("bias", bias)] where !(value >= 0 && value.isFinite) {
            throw .invalidValue(key: "teacher.\(key)", value: "\(value)", accepted: "0 or more, finite")
        }
    }
}

/// f(x) = A·max(0, W·x + b): rows of W uniform on the unit sphere, b ~ N(0, bias²), A ~ N(0, 1/hidden).
public struct Teacher: Sendable, Equatable {
    /// Features of an input.
    public let inputs: Int
    /// W, row-major [hidden × inputs].
    public let weights: [Double]
    /// b [hidden].
    public let biases: [Double]
    /// A, row-major [outputs × hidden].
    public let outputWeights: [Double]

    /// f(x) for one input of `inputs` features.
    public func outputs(for input: ArraySlice<Double>) -> [Double] {
        precondition(input.count == inputs, "an input needs \(inputs) features")
        let hidden = biases.count
        let activations = (0..<hidden).map { node in
            max(0, zip(weights[node * inputs..<(node + 1) * inputs], input).reduce(biases[node]) { $0 + $1.0 * $1.1 })
        }
        return stride(from: 0, to: outputWeights.count, by: hidden).map { row in
            zip(outputWeights[row..<row + hidden], activations).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }
}
