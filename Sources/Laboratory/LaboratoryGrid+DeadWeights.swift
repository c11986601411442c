// SPDX-License-Identifier: GPL-3.0-or-later

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
}
