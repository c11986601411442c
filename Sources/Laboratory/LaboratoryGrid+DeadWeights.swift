// SPDX-License-Identifier: GPL-3.0-or-later
import Theory

extension LaboratoryGrid {
    /// The ranges that the theory notes draw dead weights from: α 10⁻⁵…10⁻², λ 10⁻⁶…10⁻², ε 10⁻¹²…10⁻⁵, w₀ 10⁻³…1, s₀/(λw₀) 10⁻²…10⁶, all
    /// log-uniform; m₀ uniform within ±s₀; no bias correction.
    ///
    /// - Parameter forgetting: 1 − β₂, which takes the place of β₂ in the points: near 1 it is what spreads evenly.
    public static func deadWeights(
        beta1: Axis = .values([0.9]), forgetting: Axis = .values([1e-3])
    ) -> LaboratoryGrid {
        var grid = LaboratoryGrid()
        grid.learningRate = .logUniform(1e-5..<1e-2)
        grid.l2 = .logUniform(1e-6..<1e-2)
        grid.epsilon = .logUniform(1e-12..<1e-5)
        grid.beta1 = beta1
        grid.beta2 = forgetting
        grid.weight = .logUniform(1e-3..<1)
        grid.firstMoment = .shareOfRoot(.uniform(-1..<1))
        grid.secondMoment = .memory(.logUniform(1e-2..<1e6))
        return grid
    }

    /// Adam at a point of ``deadWeights(beta1:forgetting:)``, whose axis of β₂ is one of 1 − β₂.
    public static func adam(_ point: Point) -> DeadWeightRule { .adam(beta1: point.beta1, beta2: 1 - point.beta2, epsilon: point.epsilon) }
}

extension LaboratoryGrid.Axis {
    /// β₁ over the whole range of the theory notes.
    public static let everyBeta1 = LaboratoryGrid.Axis.uniform(0..<0.99)
    /// 1 − β₂ for β₂ in 0.9…0.9999.
    public static let everyForgetting = LaboratoryGrid.Axis.logUniform(1e-4..<0.1)
}
