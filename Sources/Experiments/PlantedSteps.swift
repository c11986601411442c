// SPDX-License-Identifier: GPL-3.0-or-later
import Records
import Theory

/// The optimiser steps (and NAdam's Π) that a run's incoming weights were planted with: 0 and 1 unless its configuration names a file of
/// optimiser states.
struct PlantedSteps {
    private let content: SafetensorsFile?

    /// - Throws: `RecordsError` if the file is no longer there.
    init(_ configuration: RunConfiguration) throws {
        if case .planted(_, let state?) = configuration.initial { content = try SafetensorsFile.read(state) } else { content = nil }
    }

    /// Steps made by `<layer>.weight` before the run.
    func steps(layer: String) -> Int {
        scalar("\(layer).weight.step").map { Int($0) } ?? scalar("step").map { Int($0) } ?? 0
    }

    /// Π after `steps` steps of the run, multiplied on from what was planted.
    func momentumProduct(_ rule: DeadWeightRule, layer: String, steps: Int) -> Double {
        let before = self.steps(layer: layer)
        return rule.momentumProduct(from: scalar("\(layer).weight.mu_product") ?? 1, steps: before..<before + steps)
    }

    private func scalar(_ name: String) -> Double? {
        (try? content?[name]?.values(as: Double.self)).flatMap { $0.count == 1 ? $0[0] : nil }
    }
}
