// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Foundation
import Optimizers
import Records

extension Claim {
    /// The drop, as it was predicted before the runs (theory notes C7).
    ///
    /// Two of the statements turned out wrong: see ``dropRevival``. The predictions stay as they were committed.
    static let drop = Claim(
        id: "C7", title: "The drop of the learning rate makes the zeros", level: .trained,
        statement: "dead weights go to zero only while αλ/ε < η* = 2(1+β₁)/(1−β₁); above it they float around α/η* − ε/λ. So nodes pass every "
            + "threshold when a drop of α takes αλ/ε below η*, and not before",
        prediction:
            "the census of each run by epoch, as committed before it was run: zero nodes from the drop that takes αλ/ε under η* = 38 on, and none "
            + "before",
        source: "theory notes C7 (B6, B7, B12); set-up of Yaguchi et al., arXiv 1812.08119",
        hypotheses: [.adamWithCoupledL2, .rectified, .keepsSubnormals],
        experiment: "784-1000-10 on MNIST with batch normalisation, Adam, coupled L2 on the weights, float32, 100 epochs, seed 1: "
            + dropRuns.joined(separator: ", "),
        test: "each statement of the predictions, which were committed before the runs (but for mnist-known's), against the census of nodes, epoch "
            + "by epoch",
        falsifier: "one epoch that breaks a statement",
        configurations: { _ in try dropConfigurations() },
        measure: { trial in
            if let absence = DataSource.mnist.absence { throw ClaimError.unavailable(absence) }
            let runs = try trial.perform(try dropConfigurations().map { try $0.under(trial.subject) }, for: "C7")
            var comparisons: [Comparison] = []
            var notes: [String] = []
            var table = MeasuredTable(columns: ["run", "epoch", "dead", "zero@0.001", "zero@1e-05", "zero@1e-08", "zero@1e-15"], rows: [])
            for (index, (name, run)) in zip(dropRuns, runs).enumerated() {
                let prediction = try CommittedPrediction.bundled(name, of: "C7")
                let metrics = try CSVTable.read(run.metrics)
                comparisons += try (prediction.statements ?? []).map { try $0.compared(with: metrics, run: name) }
                notes.append("\(name), committed \(prediction.committed): \(prediction.because)")
                let columns = try table.columns.dropFirst().map { try metrics.numbers($0) }
                for row in 0..<metrics.rowCount { table.rows.append([Double(index)] + columns.map { $0[row] }) }
            }
            notes.append("in the table the runs are numbered from 0 in the order \(dropRuns.joined(separator: ", "))")
            return Measurement(comparisons, notes: notes, table: table)
        })

    private static let dropRuns = ["mnist-known", "mnist-constant", "mnist-lambda", "mnist-epsilon"]

    private static func dropConfigurations() throws -> [RunConfiguration] { try dropRuns.map { try .bundled($0, of: "C7") } }
}
