// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Networks
import Records

/// Measures what this machine can do at best, and says how short the measured works could be: JSON on standard output.
@main
struct Roofline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roofline",
        abstract: "Measures the machine's limits: multiply-adds, OpenBLAS on the step's shapes, memory, divisions and roots.",
        discussion: """
            Every figure is the fastest of some short rounds. Half a minute.

            Examples:
              roofline > roofline.json
              roofline --markdown roofline.md --threads 1
            """)

    @Option(parsing: .upToNextOption, help: "Numbers of threads.")
    var threads = [1, 2]
    @Option(help: "Rounds of which the fastest counts.")
    var rounds = 12
    @Option(help: "Where to write the same as Markdown tables.")
    var markdown: String?

    func validate() throws {
        guard !threads.isEmpty, threads.allSatisfy({ $0 >= 1 }), rounds >= 1 else { throw ValidationError("threads and rounds count from 1") }
    }

    func run() throws {
        var report = RooflineReport()
        for threads in threads {
            for level in MemoryRates.levels {
                for pattern in MemoryRates.Pattern.allCases {
                    let rate = MemoryRates.bytesPerSecond(pattern, bytes: level.bytes, threads: threads, rounds: rounds)
                    report.add(memory: level, pattern, threads: threads, rate: rate)
                }
            }
            for precision in [Precision.float32, .float64] {
                let arithmetic = ArithmeticRates(precision, threads: threads, rounds: rounds)
                report.add(arithmetic, precision, threads: threads)
                var productSeconds = (first: 0.0, last: 0.0)
                for product in StepProduct.ofStep {
                    let times = precision == .float32 ? times(product, Float.self, threads) : times(product, Double.self, threads)
                    report.add(product, precision, threads: threads, step: times.step, library: times.library)
                    // The input's gradient through the layer is a difference of two times: too rough to be a limit.
                    let seconds = product.pass == .inputGradient ? times.library : min(times.step, times.library)
                    if product.layer.inputs == 784 { productSeconds.first += seconds } else { productSeconds.last += seconds }
                }
                let limits = Limits(
                    precision: precision, threads: threads, arithmetic: arithmetic, productSeconds: productSeconds, rounds: rounds)
                for limit in limits.all { report.add(limit) }
            }
        }
        if let markdown { try Data(report.markdown.utf8).write(to: URL(fileURLWithPath: markdown), options: .atomic) }
        print(report.json.serialized())
    }

    private func times<Scalar: NetworkScalar>(_ product: StepProduct, _: Scalar.Type, _ threads: Int) -> (step: Double, library: Double) {
        (
            product.stepSeconds(Scalar.self, threads: threads, rounds: rounds),
            product.librarySeconds(Scalar.self, threads: threads, rounds: rounds)
        )
    }
}
