// SPDX-License-Identifier: GPL-3.0-or-later
import Benchmark
import Experiments
import Probes
import StepCases

/// Whole training steps: without probes, with the default probes at every tenth step, and at every step.
func registerTrainingBenchmarks() {
    for choice in [ProbeChoice.none, .every(10), .every(1)] {
        registerStep(.mnist, Float.self, choice, steps: 20)
        registerStep(.mnist, Double.self, choice, steps: 20)
    }
    for choice in [ProbeChoice.none, .every(1)] {
        registerStep(.tiny, Float.self, choice, steps: 1000)
        registerStep(.tiny, Double.self, choice, steps: 1000)
        registerStep(.small, Float.self, choice, steps: 1000)
        registerStep(.small, Double.self, choice, steps: 1000)
    }
}

/// - Parameter steps: steps an iteration; a multiple of the cadence, so that every iteration does the same work.
private func registerStep<Scalar: TrainingScalar>(
    _ stepCase: StepCase, _: Scalar.Type, _ choice: ProbeChoice, steps: Int
) {
    let probes =
        switch choice {
        case .none: "no probes"
        case .every(1): "probes at every step"
        case .every(let n): "probes at every \(n)th step"
        }
    let name = "\(stepCase.rawValue) \(Scalar.elementType.rawValue), \(probes) (\(steps) steps)"
    Benchmark(name) { benchmark in
        let folder = try SampleFolder()
        defer { try? folder.remove() }
        let training = try Training<Scalar>(stepCase, data: try StepData(stepCase, seed: 1), probes: choice, folder: folder.url)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            for _ in 0..<steps { try training.step() }
        }
        benchmark.stopMeasurement()
        try training.finish()
    }
}
